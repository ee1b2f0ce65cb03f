using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Uring.Tests.Support;

/// <summary>
/// A test on a ring of the running kernel, with memory and descriptors that live as long as it.
/// </summary>
public abstract unsafe class RingTest : IDisposable
{
    /// <summary>A failure, never a pace: what is waited for always comes.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<int> _descriptors = [];
    private readonly List<nint> _memory = [];
    private readonly List<IDisposable> _disposables = [];
    private RingProbe? _probe;

    protected RingTest()
    {
        Ring = Ring.Create(new RingOptions { Entries = 32 });
    }

    protected Ring Ring { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;

        Ring.Dispose();
        _disposables.ForEach(d => d.Dispose());
        _descriptors.ForEach(fd => _ = Os.Close(fd));
        _memory.ForEach(p => NativeMemory.AlignedFree((void*)p));
    }

    /// <summary>Skips the test if the kernel lacks an operation.</summary>
    protected void Require(params Opcode[] opcodes)
    {
        _probe ??= Ring.Probe();
        foreach (Opcode opcode in opcodes)
            Assert.SkipUnless(_probe.Supports(opcode), $"The kernel has no {opcode}.");
    }

    /// <summary>
    /// Skips the test if the kernel refused a flag or a registration that it does not know. One
    /// that has a later operation knows it: then a refusal means that our number is wrong.
    /// </summary>
    protected void SkipIfUnknown(Errno error)
    {
        _probe ??= Ring.Probe();
        SkipIfUnknown(error, isKnown: _probe.Supports(Opcode.Pipe));
    }

    /// <summary>The same for what came with or after Linux 6.17.</summary>
    protected void SkipIfUnknownAndNew(Errno error)
    {
        const uint Query = 35;
        SkipIfUnknown(error, isKnown: Ring.Register(Query, 0, 0).IsSuccess);
    }

    private static void SkipIfUnknown(Errno error, bool isKnown) => Assert.SkipWhen(
        !isKnown && error is (Errno.EINVAL or Errno.EOPNOTSUPP),
        $"The kernel refuses this: {error}.");

    private protected void Add(Prepare prepare, ulong userData = 0, SubmissionFlags flags = 0)
    {
        Assert.True(Ring.TryGetSubmission(out Submission submission));
        prepare(submission);
        submission.UserData = userData;
        submission.Flags |= flags;
    }

    /// <summary>Prepares one operation, submits all and waits for one completion.</summary>
    private protected Completion Run(
        Prepare prepare, ulong userData = 0, SubmissionFlags flags = 0)
    {
        Add(prepare, userData, flags);
        Submit();
        return Next();
    }

    private protected int RunSuccessfully(Prepare prepare, SubmissionFlags flags = 0)
    {
        Completion completion = Run(prepare, 0, flags);
        Assert.Equal(Errno.None, completion.Error);
        return completion.Result;
    }

    protected void Submit()
    {
        RingResult result = Ring.Submit();
        Assert.Equal(Errno.None, result.Error);
        Assert.Equal(0u, Ring.SubmissionsPending);
    }

    /// <summary>Waits for the next completion and consumes it.</summary>
    protected Completion Next()
    {
        RingResult result = Ring.Wait(out Completion completion, Patience);
        Assert.Equal(Errno.None, result.Error);
        Ring.Seen();
        return completion;
    }

    /// <summary>Waits for some completions and gives them by their user data.</summary>
    protected Dictionary<ulong, Completion> Next(int count)
    {
        var completions = new Dictionary<ulong, Completion>();
        for (int i = 0; i < count; i++)
        {
            Completion completion = Next();
            Assert.True(completions.TryAdd(completion.UserData, completion));
        }

        return completions;
    }

    private protected static void AddNop(Ring ring, ulong userData)
    {
        Assert.True(ring.TryGetSubmission(out Submission submission));
        submission.PrepareNop();
        submission.UserData = userData;
    }

    private protected static void AddTo(Ring ring, Prepare prepare, SubmissionFlags flags = 0)
    {
        Assert.True(ring.TryGetSubmission(out Submission submission));
        prepare(submission);
        submission.Flags |= flags;
    }

    protected static List<Completion> Drain(Ring ring, int count)
    {
        var completions = new List<Completion>();
        while (completions.Count < count)
        {
            RingResult result = ring.Wait(out Completion completion, Patience);
            Assert.Equal(Errno.None, result.Error);
            completions.Add(completion);
            ring.Seen();
        }

        return completions;
    }

    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    protected int OwnFd(int fd)
    {
        Assert.True(fd >= 0, $"errno {Marshal.GetLastPInvokeError()}");
        _descriptors.Add(fd);
        return fd;
    }

    /// <summary>Zeroed memory that is released after the ring.</summary>
    protected nint Memory(int size)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)size, 4096);
        NativeMemory.Clear(memory, (nuint)size);
        _memory.Add((nint)memory);
        return (nint)memory;
    }

    protected nint Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        nint memory = Memory(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>((void*)memory, bytes.Length));
        return memory;
    }

    protected static string Read(nint address, int length) =>
        Encoding.UTF8.GetString((byte*)address, length);

    protected nint Value<T>(T value)
        where T : unmanaged
    {
        nint memory = Memory(sizeof(T));
        *(T*)memory = value;
        return memory;
    }

    protected nint Segments(params (nint Address, int Length)[] segments)
    {
        nint memory = Memory(segments.Length * sizeof(BufferSegment));
        for (int i = 0; i < segments.Length; i++)
        {
            ((BufferSegment*)memory)[i] =
                new(segments[i].Address, (nuint)segments[i].Length);
        }

        return memory;
    }

    protected (int First, int Second) SocketPair(int type = Os.SOCK_STREAM)
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, Os.SocketPair(Os.AF_UNIX, type | Os.SOCK_CLOEXEC, 0, pair));
        return (OwnFd(pair[0]), OwnFd(pair[1]));
    }

    protected (int Reader, int Writer) Pipe()
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, Os.Pipe(pair, Os.SOCK_CLOEXEC));
        return (OwnFd(pair[0]), OwnFd(pair[1]));
    }

    protected int MemoryFile(string content = "")
    {
        fixed (byte* name = "sluice-test"u8)
        {
            int fd = OwnFd(Os.MemoryFile(name, 1));
            if (content.Length != 0)
                WriteTo(fd, content);
            return fd;
        }
    }

    protected (Socket Client, Socket Server) TcpPair()
    {
        using Socket listener = Listener();
        var client = Own(new Socket(SocketType.Stream, ProtocolType.Tcp));
        client.Connect(listener.LocalEndPoint!);
        return (client, Own(listener.Accept()));
    }

    protected Socket Listener()
    {
        var listener = Own(
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    protected static int Fd(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    /// <summary>A <c>struct sockaddr_in</c> for the loopback interface.</summary>
    protected nint LoopbackAddress(int port)
    {
        nint memory = Memory(16);
        var bytes = new Span<byte>((void*)memory, 16);
        BitConverter.TryWriteBytes(bytes, (ushort)Os.AF_INET);
        bytes[2] = (byte)(port >> 8);
        bytes[3] = (byte)port;
        bytes[4] = 127;
        bytes[7] = 1;
        return memory;
    }

    protected static void WriteTo(int fd, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* data = bytes)
            Assert.Equal(bytes.Length, (int)Os.Write(fd, data, (nuint)bytes.Length));
    }

    /// <summary>Waits until there is something to read, then reads once.</summary>
    protected static string ReadFrom(int fd, int length = 256)
    {
        var entry = new Os.PollEntry { Fd = fd, Events = (short)PollEvents.Readable };
        Assert.Equal(1, Os.Poll(&entry, 1, (int)Patience.TotalMilliseconds));
        byte[] bytes = new byte[length];
        fixed (byte* data = bytes)
        {
            int count = (int)Os.Read(fd, data, (nuint)length);
            Assert.True(count >= 0, $"errno {Marshal.GetLastPInvokeError()}");
            return Encoding.UTF8.GetString(bytes, 0, count);
        }
    }
}
