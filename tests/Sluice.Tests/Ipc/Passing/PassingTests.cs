using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Sluice.Ipc;
using Sluice.Memory;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc.Passing;

/// <summary>Objects of every backend, between two processes.</summary>
[SupportedOSPlatform("linux")]
public sealed class PassingTests
{
    private const long Size = 4096;

    public static TheoryData<SharedMemoryBackend, SocketType, Way> Cases
    {
        get
        {
            var cases = new TheoryData<SharedMemoryBackend, SocketType, Way>();
            foreach (SharedMemoryBackend backend in Backends)
            {
                foreach (Way way in Enum.GetValues<Way>())
                {
                    cases.Add(backend, SocketType.Stream, way);
                    cases.Add(backend, SocketType.Seqpacket, way);
                }
            }

            return cases;
        }
    }

    private static SharedMemoryBackend[] Backends =>
        [SharedMemoryBackend.Memfd, SharedMemoryBackend.PosixShm,
            SharedMemoryBackend.TemporaryFile];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Pass_ObjectOfABackend_IsOneMemoryForBothProcesses(
        SharedMemoryBackend backend, SocketType type, Way way)
    {
        WayChannel.SkipUnlessUsable(way);
        using PeerProcess peer = await PeerProcess.StartAsync(
            PassingPeer.Scenario, type, backend.ToString(), way.ToString());
        await using var end = new WayChannel(peer.Channel, way);
        using SharedMemory memory = Make(backend);
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt64(4711);

        await end.SendAsync(PassingPeer.Request(RequirementsOf(backend)), memory.Handle);
        var reply = new byte[PassingPeer.ReplyLengthMax];
        using DescriptorMessage message = await end.ReceiveAsync(reply, 1);

        Assert.Equal(
            PassingPeer.Accepted, Encoding.UTF8.GetString(reply.AsSpan(0, message.Length)));
        Assert.Equal(4711, map.Buffer.GetInt64(0));
        Assert.Equal(-4711, map.Buffer.GetInt64(8));
        using SharedMemory peers = message.TakeSharedMemory(0, SharedMemoryRequirements.Trusted);
        using SharedMemoryMap view = peers.Map(access: SharedMemoryAccess.Read);
        Assert.Equal(
            peer.Id,
            System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(
                view.GetReadOnlyMemory(0, 8).Span));
        await peer.FinishAsync();
    }

    [Theory]
    [InlineData(SharedMemoryBackend.Memfd, false, 0, long.MaxValue, "seals")]
    [InlineData(SharedMemoryBackend.PosixShm, false, 0, long.MaxValue, "seals")]
    [InlineData(SharedMemoryBackend.TemporaryFile, false, 0, long.MaxValue, "seals")]
    [InlineData(SharedMemoryBackend.Memfd, true, Size + 1, long.MaxValue, "size")]
    [InlineData(SharedMemoryBackend.Memfd, true, 0, Size - 1, "size")]
    [Trait("pitfall", "41")]
    public async Task Pass_ObjectThatIsNotAsRequired_IsRefusedByName(
        SharedMemoryBackend backend, bool isSealed, long sizeMin, long sizeMax, string check)
    {
        using SharedMemory memory = SharedMemory.Create(
            Size, new SharedMemoryOptions { Backend = backend });
        if (isSealed)
            memory.Seal(SharedMemorySeals.Shrink);

        string reply = await AskAsync(
            memory.Handle,
            new SharedMemoryRequirements { SizeMin = sizeMin, SizeMax = sizeMax });

        Assert.Contains($"refused by its {check}", reply, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("pitfall", "41")]
    public async Task Pass_Socket_IsRefusedByItsType()
    {
        using var socket = new Socket(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        string reply = await AskAsync(socket.SafeHandle, SharedMemoryRequirements.Trusted);

        Assert.Contains("refused by its type", reply, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("pitfall", "44")]
    public async Task Pass_ObjectWhoseFileOffsetMoved_IsReadFromItsStart()
    {
        using SharedMemory memory = Make(SharedMemoryBackend.TemporaryFile);
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt64(1);

        // The offset belongs to both descriptors; nobody may depend on it.
        using (var again = new FileStream(
            new Microsoft.Win32.SafeHandles.SafeFileHandle(
                memory.Handle.DangerousGetHandle(), ownsHandle: false),
            FileAccess.ReadWrite))
        {
            _ = again.Seek(1000, SeekOrigin.Begin);
            string reply = await AskAsync(memory.Handle, SharedMemoryRequirements.Trusted);
            Assert.Equal(PassingPeer.Accepted, reply);
        }

        Assert.Equal(-1, map.Buffer.GetInt64(8));
    }

    private static async Task<string> AskAsync(
        SafeHandle handle, SharedMemoryRequirements requirements)
    {
        using PeerProcess peer = await PeerProcess.StartAsync(
            PassingPeer.Scenario,
            SocketType.Seqpacket,
            nameof(SharedMemoryBackend.Memfd),
            nameof(Way.Thread));
        peer.Channel.Send(PassingPeer.Request(requirements), handle);
        var reply = new byte[PassingPeer.ReplyLengthMax];
        using DescriptorMessage message = peer.Channel.Receive(reply, 1);
        await peer.FinishAsync();
        return Encoding.UTF8.GetString(reply.AsSpan(0, message.Length));
    }

    private static SharedMemory Make(SharedMemoryBackend backend)
    {
        SharedMemory memory = SharedMemory.Create(
            Size, new SharedMemoryOptions { Backend = backend });
        if (backend == SharedMemoryBackend.Memfd)
            memory.Seal(SharedMemorySeals.Shrink | SharedMemorySeals.Grow);
        return memory;
    }

    // Only a memfd can promise not to shrink.
    private static SharedMemoryRequirements RequirementsOf(SharedMemoryBackend backend) =>
        backend == SharedMemoryBackend.Memfd
            ? new() { Seals = SharedMemorySeals.Shrink, SizeMin = Size, SizeMax = Size }
            : new() { Seals = SharedMemorySeals.None, SizeMin = Size, SizeMax = Size };
}
