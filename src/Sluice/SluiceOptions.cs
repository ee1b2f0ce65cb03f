namespace Sluice;

/// <summary>How to run a <see cref="SluiceRuntime"/>.</summary>
public class SluiceOptions
{
    /// <summary>What moves the bytes. Defaults to <see cref="Engine.Auto"/>.</summary>
    public Engine Engine { get; set; } = Engine.Auto;

    /// <summary>
    /// Where user code continues. Defaults to <see cref="Scheduling.ThreadPool"/>.
    /// </summary>
    public Scheduling Scheduling { get; set; } = Scheduling.ThreadPool;

    /// <summary>
    /// The number of reactors, each a thread with a ring of its own. 0 means one per processor
    /// that the process may use. Not used by <see cref="Engine.Sockets"/>. Defaults to 0.
    /// </summary>
    public int ReactorCount { get; set; }

    /// <summary>
    /// Whether each reactor's thread is bound to one of the processors that the process may use.
    /// A binding that fails is logged and otherwise ignored. Defaults to false.
    /// </summary>
    public bool PinReactors { get; set; }

    /// <summary>
    /// The size of one receive buffer in bytes, a power of two from 512 to 1 MiB. Small messages
    /// take a whole buffer each until they are read. Defaults to 4,096.
    /// </summary>
    public int ReceiveBufferSize { get; set; } = 4096;

    /// <summary>
    /// The most receive buffers that one reactor hands out, a power of two up to 32,768. When
    /// handlers hold them all, further connections wait for their bytes. Memory is taken as it is
    /// needed. Not used by <see cref="Engine.Sockets"/>. Defaults to 8,192 (32 MiB at the default
    /// size).
    /// </summary>
    public int ReceiveBuffersMax { get; set; } = 8192;

    /// <summary>
    /// Received bytes that one connection may hold unread before its peer is made to wait.
    /// A buffer counts whole. Defaults to 256 KiB.
    /// </summary>
    public int ReceiveWatermark { get; set; } = 256 * 1024;

    /// <summary>
    /// Written bytes that one connection may hold unsent before a flush waits. Below half of it
    /// the flush completes. Defaults to 64 KiB.
    /// </summary>
    public int SendWatermark { get; set; } = 64 * 1024;

    /// <summary>
    /// The most accepted connections that are open at a time, over all listeners of the runtime;
    /// outbound ones do not count. 0 means no limit. Defaults to 0.
    /// </summary>
    public int ConnectionsMax { get; set; }

    /// <summary>
    /// What happens to further connections. Defaults to <see cref="ConnectionLimitMode.Wait"/>.
    /// </summary>
    public ConnectionLimitMode ConnectionLimitMode { get; set; }

    /// <summary>
    /// How long stopping waits for connections to end by themselves before it aborts them.
    /// Defaults to five seconds.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        RequireDefined(Engine, nameof(Engine));
        RequireDefined(Scheduling, nameof(Scheduling));
        RequireDefined(ConnectionLimitMode, nameof(ConnectionLimitMode));
        Require(
            ReactorCount is >= 0 and <= 1024, nameof(ReactorCount), ReactorCount, "0 to 1024");
        Require(
            ReceiveBufferSize is >= 512 and <= 1 << 20 && int.IsPow2(ReceiveBufferSize),
            nameof(ReceiveBufferSize),
            ReceiveBufferSize,
            "a power of two from 512 to 1048576");
        Require(
            ReceiveBuffersMax is >= 2 and <= 32768 && int.IsPow2(ReceiveBuffersMax),
            nameof(ReceiveBuffersMax),
            ReceiveBuffersMax,
            "a power of two from 2 to 32768");
        Require(ReceiveWatermark > 0, nameof(ReceiveWatermark), ReceiveWatermark, "positive");
        Require(SendWatermark > 0, nameof(SendWatermark), SendWatermark, "positive");
        Require(ConnectionsMax >= 0, nameof(ConnectionsMax), ConnectionsMax, "0 or more");
        Require(
            ShutdownTimeout >= TimeSpan.Zero || ShutdownTimeout == Timeout.InfiniteTimeSpan,
            nameof(ShutdownTimeout),
            ShutdownTimeout,
            "0 or more, or infinite");
    }

    internal SluiceOptions Copy() => (SluiceOptions)MemberwiseClone();

    private static void RequireDefined<T>(T value, string option)
        where T : struct, Enum =>
        Require(
            Enum.IsDefined(value),
            option,
            value,
            $"one of {string.Join(", ", Enum.GetNames<T>())}");

    private static void Require(bool isValid, string option, object value, string allowed)
    {
        if (!isValid)
        {
            throw new ArgumentException(
                $"{nameof(SluiceOptions)}.{option} is {value}; it must be {allowed}.");
        }
    }
}
