using System.Runtime.InteropServices;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>
/// The ring, a few buffers and a listener that the contract's tests begin with. What the tests
/// assert holds on the simulated kernel and on the real one alike: that is what makes the
/// simulation worth something.
/// </summary>
public abstract unsafe class KernelContract : IDisposable
{
    protected const ushort Group = 7;
    protected const int BufferSize = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IKernelUnderTest _kernel;
    private readonly List<nint> _memory = [];
    private BufferRing? _buffers;
    private nint _bufferMemory;
    private bool _isClosed;

    private protected KernelContract(IKernelUnderTest kernel)
    {
        _kernel = kernel;
        Ring = kernel.CreateRing(new RingOptions
        {
            Entries = 8,
            Flags = RingSetupFlags.SubmitAll | RingSetupFlags.Clamp | RingSetupFlags.NoSqArray
                | RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun,
        });
    }

    protected Ring Ring { get; }

    private protected IKernelUnderTest Kernel => _kernel;

    protected int Listener { get; set; } = -1;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_isClosed)
            return;

        _isClosed = true;
        _buffers?.Dispose();
        Ring.Dispose();
        foreach (nint memory in _memory)
            NativeMemory.Free((void*)memory);
        _kernel.Dispose();
    }

    /// <summary>Prepared and given its user data; the next submit sends it.</summary>
    protected Submission Take(ulong userData)
    {
        Assert.True(Ring.TryGetSubmission(out Submission submission));
        submission.UserData = userData;
        return submission;
    }

    /// <summary>Submits what is prepared and consumes the next completion.</summary>
    protected Completion Next()
    {
        if (Ring.SubmissionsPending > 0)
            Assert.True(Ring.Submit().IsSuccess);
        if (!Ring.TryPeek(out Completion completion))
        {
            Assert.True(Ring.SubmitAndWait(1, Patience).IsSuccess, "Nothing completes.");
            Assert.True(Ring.TryPeek(out completion));
        }

        Ring.Seen();
        return completion;
    }

    /// <summary>So many completions, by user data.</summary>
    protected Dictionary<ulong, Completion> Next(int count)
    {
        var all = new Dictionary<ulong, Completion>();
        for (int i = 0; i < count; i++)
        {
            Completion completion = Next();
            all.Add(completion.UserData, completion);
        }

        return all;
    }

    /// <summary>Submits, and asserts that nothing completes by it.</summary>
    protected void RequireNothing()
    {
        Assert.True(Ring.Submit().IsSuccess);
        Assert.False(Ring.TryPeek(out _));
    }

    /// <summary>A connection: the program's descriptor and the peer.</summary>
    private protected (int Fd, IPeerUnderTest Peer) Connect()
    {
        if (Listener < 0)
            Listener = Kernel.Listen();
        IPeerUnderTest peer = Kernel.Connect(Listener);
        Take(ulong.MaxValue).PrepareAccept(Listener, 0, 0);
        int fd = Next().Result;
        Assert.True(fd >= 0);
        return (fd, peer);
    }

    /// <summary>Zeroed memory until the test ends.</summary>
    protected nint Allocate(int size)
    {
        var memory = (nint)NativeMemory.AllocZeroed((nuint)size);
        _memory.Add(memory);
        return memory;
    }

    protected nint Allocate(ReadOnlySpan<byte> content)
    {
        nint memory = Allocate(content.Length);
        content.CopyTo(new Span<byte>((void*)memory, content.Length));
        return memory;
    }

    protected nint Time(TimeSpan duration)
    {
        nint memory = Allocate(sizeof(Timespec));
        *(Timespec*)memory = Timespec.From(duration);
        return memory;
    }

    /// <summary>A buffer ring with so many buffers of <see cref="BufferSize"/>.</summary>
    protected BufferRing Provide(int entries, int buffers, bool isIncremental = false)
    {
        _buffers = BufferRing.Create(Ring, Group, entries, isIncremental);
        _bufferMemory = Allocate(entries * BufferSize);
        for (ushort id = 0; id < buffers; id++)
            _buffers.Add(_bufferMemory + (id * BufferSize), BufferSize, id);
        _buffers.Publish();
        return _buffers;
    }

    protected void ProvideAgain(ushort id)
    {
        _buffers!.Add(_bufferMemory + (id * BufferSize), BufferSize, id);
        _buffers.Publish();
    }

    protected byte[] ReadBuffer(in Completion completion) =>
        new ReadOnlySpan<byte>(
            (byte*)_bufferMemory + (completion.BufferId * BufferSize), completion.Result).ToArray();
}
