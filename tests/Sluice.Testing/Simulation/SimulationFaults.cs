namespace Sluice.Testing.Simulation;

/// <summary>
/// How unkind a <see cref="SimulatedKernel"/> is: the probability of each thing that a real
/// kernel may do and seldom does. All of them are within the kernel's contract.
/// </summary>
internal sealed record SimulationFaults
{
    /// <summary>The kindest kernel: all at once, in order, whole.</summary>
    public static SimulationFaults None { get; } = new();

    /// <summary>A busy machine: now and then something is late, short or interrupted.</summary>
    public static SimulationFaults Mild { get; } = new()
    {
        Reorders = true,
        Delay = 0.1,
        ShortReceive = 0.1,
        ShortSend = 0.1,
        InterruptSend = 0.005,
        EndMultishot = 0.02,
        EndMultishotEmpty = 0.005,
        MissReset = 0.3,
        EnterInterrupted = 0.01,
        EnterAgain = 0.01,
        EnterBusy = 0.1,
        PartialSubmit = 0.02,
        CancelTooLate = 0.1,
        CancelAlready = 0.05,
        BufferOnError = 0.1,
        NotificationOnError = 0.3,
        LateNotification = 0.3,
        NoDescriptors = 0.05,
        TimeFirst = 0.02,
        NoMemory = 0.01,
        SocketBufferMin = 512,
        SocketBufferMax = 64 * 1024,
    };

    /// <summary>Everything that can happen happens all the time.</summary>
    public static SimulationFaults Wild { get; } = new()
    {
        Reorders = true,
        Delay = 0.4,
        ShortReceive = 0.5,
        ShortSend = 0.5,
        InterruptSend = 0.05,
        EndMultishot = 0.2,
        EndMultishotEmpty = 0.05,
        MissReset = 0.7,
        EnterInterrupted = 0.1,
        EnterAgain = 0.1,
        EnterBusy = 0.5,
        PartialSubmit = 0.2,
        CancelTooLate = 0.4,
        CancelAlready = 0.3,
        BufferOnError = 0.5,
        NotificationOnError = 0.5,
        LateNotification = 0.7,
        NoDescriptors = 0.1,
        ConnectRefused = 0.05,
        TimeFirst = 0.1,
        NoMemory = 0.01,
        SocketBufferMin = 1,
        SocketBufferMax = 4096,
    };

    /// <summary>Ready operations complete in an order of the seed's.</summary>
    public bool Reorders { get; init; }

    /// <summary>A ready operation does not complete in this round.</summary>
    public double Delay { get; init; }

    /// <summary>A receive takes less than there is.</summary>
    public double ShortReceive { get; init; }

    /// <summary>A send takes less than fits.</summary>
    public double ShortSend { get; init; }

    /// <summary>A send ends with <c>-EINTR</c>, and nothing sent.</summary>
    public double InterruptSend { get; init; }

    /// <summary>A multishot operation ends together with a result (no <c>F_MORE</c>).</summary>
    public double EndMultishot { get; init; }

    /// <summary>A multishot operation ends without a result, with <c>-EINTR</c>.</summary>
    public double EndMultishotEmpty { get; init; }

    /// <summary>
    /// Bytes and a reset come while a multishot receive is being armed. It delivers the bytes,
    /// and never says anything again.
    /// </summary>
    public double MissReset { get; init; }

    /// <summary>A wait ends with <c>-EINTR</c>.</summary>
    public double EnterInterrupted { get; init; }

    /// <summary>An entry consumes nothing and says <c>-EAGAIN</c>.</summary>
    public double EnterAgain { get; init; }

    /// <summary>An entry with overflown completions says <c>-EBUSY</c>.</summary>
    public double EnterBusy { get; init; }

    /// <summary>An entry consumes only some of the submissions.</summary>
    public double PartialSubmit { get; init; }

    /// <summary>What is to be cancelled and could complete does so first.</summary>
    public double CancelTooLate { get; init; }

    /// <summary>What is to be cancelled runs: <c>-EALREADY</c>, and it ends by itself.</summary>
    public double CancelAlready { get; init; }

    /// <summary>A failed receive, or one at the stream's end, still used up a buffer.</summary>
    public double BufferOnError { get; init; }

    /// <summary>
    /// A failed zero-copy send is followed by a notification all the same. New kernels always do
    /// it, old ones did not.
    /// </summary>
    public double NotificationOnError { get; init; } = 1;

    /// <summary>A zero-copy notification does not come in this round.</summary>
    public double LateNotification { get; init; }

    /// <summary>An accept says <c>-EMFILE</c> although there are descriptors.</summary>
    public double NoDescriptors { get; init; }

    /// <summary>A connect that would succeed says <c>-ECONNREFUSED</c>.</summary>
    public double ConnectRefused { get; init; }

    /// <summary>A wait lets the next timer fire before the peers have their turn.</summary>
    public double TimeFirst { get; init; }

    /// <summary>A setup finds no memory for the ring, and would find some a little later.</summary>
    public double NoMemory { get; init; }

    /// <summary>The least that a socket buffers per direction, in bytes.</summary>
    public int SocketBufferMin { get; init; } = 256 * 1024;

    /// <summary>The most that a socket buffers per direction, in bytes.</summary>
    public int SocketBufferMax { get; init; } = 256 * 1024;

    /// <summary>The probability of a kind.</summary>
    public double Of(SimulationFault fault) => fault switch
    {
        SimulationFault.Delay => Delay,
        SimulationFault.ShortReceive => ShortReceive,
        SimulationFault.ShortSend => ShortSend,
        SimulationFault.InterruptSend => InterruptSend,
        SimulationFault.EndMultishot => EndMultishot,
        SimulationFault.EndMultishotEmpty => EndMultishotEmpty,
        SimulationFault.MissReset => MissReset,
        SimulationFault.EnterInterrupted => EnterInterrupted,
        SimulationFault.EnterAgain => EnterAgain,
        SimulationFault.EnterBusy => EnterBusy,
        SimulationFault.PartialSubmit => PartialSubmit,
        SimulationFault.CancelTooLate => CancelTooLate,
        SimulationFault.CancelAlready => CancelAlready,
        SimulationFault.BufferOnError => BufferOnError,
        SimulationFault.NotificationOnError => NotificationOnError,
        SimulationFault.LateNotification => LateNotification,
        SimulationFault.NoDescriptors => NoDescriptors,
        SimulationFault.ConnectRefused => ConnectRefused,
        SimulationFault.TimeFirst => TimeFirst,
        SimulationFault.NoMemory => NoMemory,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
