using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;
using Sluice.Memory;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;
using Sluice.Tests.Ipc.Passing;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc;

/// <summary>Messages with descriptors, by threads that wait and on a reactor's ring.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class DescriptorChannelTests : IAsyncDisposable
{
    private readonly List<IDisposable> _open = [];
    private SluiceRuntime? _runtime;

    public static TheoryData<SocketType, Way> Ways => new()
    {
        { SocketType.Stream, Way.Thread },
        { SocketType.Seqpacket, Way.Thread },
        { SocketType.Stream, Way.Ring },
        { SocketType.Seqpacket, Way.Ring },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Send_BytesAlone_Arrive(SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        await SendAsync(way, near, "hello"u8.ToArray());

        var buffer = new byte[16];
        using DescriptorMessage message = await ReceiveAsync(way, far, buffer, 0);

        Assert.Equal("hello"u8, buffer.AsSpan(0, message.Length));
        Assert.Equal(0, message.DescriptorCount);
        Assert.Equal(type == SocketType.Seqpacket, near.HasPackets);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Send_AnObject_IsTheSameMemoryOnTheOtherSide(SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory memory = Memfd();
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt32(4711);
        await SendAsync(way, near, "x"u8.ToArray(), memory.Handle);

        using DescriptorMessage message = await ReceiveAsync(way, far, new byte[1], 1);
        using SharedMemory received = message.TakeSharedMemory(0);
        using SharedMemoryMap view = received.Map();

        Assert.Equal(4711, view.Buffer.ReadInt32());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "43")]
    public async Task Receive_Descriptor_ClosesOnExec(SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory memory = Memfd();
        await SendAsync(way, near, "x"u8.ToArray(), memory.Handle);

        using DescriptorMessage message = await ReceiveAsync(way, far, new byte[1], 1);
        using SafeFileHandle handle = message.Take(0);

        string flags = File.ReadLines($"/proc/self/fdinfo/{handle.DangerousGetHandle()}")
            .First(static line => line.StartsWith("flags:", StringComparison.Ordinal));
        Assert.NotEqual(0, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & 0x80000);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "43")]
    public async Task Receive_MoreDescriptorsThanAsked_ThrowsAndClosesAll(
        SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory memory = Memfd();
        foreach ((int sent, int asked) in ((int, int)[])[(1, 0), (2, 1), (3, 1), (5, 2), (9, 4)])
        {
            SafeHandle[] handles = [.. Enumerable.Repeat(memory.Handle, sent)];
            int before = MemfdCount();
            await SendAsync(way, near, "x"u8.ToArray(), handles);

            await Assert.ThrowsAsync<InvalidDataException>(
                async () => await ReceiveAsync(way, far, new byte[1], asked));

            Assert.Equal(before, MemfdCount());
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Receive_MostDescriptorsThatFit_ArriveInOrder(SocketType type, Way way)
    {
        const int Most = 253;
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory first = Memfd(1);
        using SharedMemory other = Memfd(2);
        SafeHandle[] handles = [first.Handle, .. Enumerable.Repeat(other.Handle, Most - 1)];
        int before = MemfdCount();
        await SendAsync(way, near, "x"u8.ToArray(), handles);

        DescriptorMessage message = await ReceiveAsync(way, far, new byte[1], Most);
        Assert.Equal(Most, message.DescriptorCount);
        using (SharedMemory taken = message.TakeSharedMemory(0))
            Assert.Equal(1, taken.Size);
        using (SharedMemory taken = message.TakeSharedMemory(Most - 1))
            Assert.Equal(2, taken.Size);
        message.Dispose();
        message.Dispose();

        Assert.Equal(before, MemfdCount());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "43")]
    public async Task Send_NoBytesOrTooManyDescriptors_ThrowsAndSendsNothing(
        SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory memory = Memfd();
        SafeHandle[] many = [.. Enumerable.Repeat(memory.Handle, 254)];

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await SendAsync(way, near, default, memory.Handle));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await SendAsync(way, near, new byte[1], many));

        await SendAsync(way, near, "z"u8.ToArray());
        var buffer = new byte[4];
        using DescriptorMessage message = await ReceiveAsync(way, far, buffer, 2);
        Assert.Equal((byte)'z', buffer[0]);
        Assert.Equal(0, message.DescriptorCount);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Send_DisposedDescriptor_ThrowsAndSendsNothing(SocketType type, Way way)
    {
        (DescriptorChannel near, _) = Pair(type);
        SharedMemory memory = Memfd();
        SafeFileHandle handle = memory.Handle;
        memory.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await SendAsync(way, near, new byte[1], handle));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Send_MoreThanTheSocketHolds_ArrivesWhole(SocketType type, Way way)
    {
        if (type == SocketType.Seqpacket)
            return; // A packet is sent whole or not at all.

        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        using SharedMemory memory = Memfd();
        byte[] payload = new byte[2_000_000];
        Random.Shared.NextBytes(payload);

        // Both threads will ask for the reactor; there must be one runtime.
        if (way == Way.Ring)
            _ = Reactor();
        Task sending = Task.Run(
            () => SendAsync(way, near, payload, memory.Handle),
            TestContext.Current.CancellationToken);

        byte[] received = new byte[payload.Length];
        int count = 0;
        int descriptors = 0;
        while (count < received.Length)
        {
            using DescriptorMessage message =
                await ReceiveAsync(way, far, received.AsMemory(count), 1);
            count += message.Length;
            descriptors += message.DescriptorCount;
        }

        await sending.Within();
        Assert.Equal(payload, received);
        Assert.Equal(1, descriptors);
    }

    [Fact]
    public async Task Send_SocketTakesItInParts_SendsTheDescriptorsOnce()
    {
        using var listener = new Socket(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0sluice-test-" + Guid.NewGuid()));
        listener.Listen();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(listener.LocalEndPoint!);
        socket.Blocking = false;
        using var near = new DescriptorChannel(socket);
        using var far = new DescriptorChannel(listener.Accept());
        using SharedMemory memory = Memfd();
        byte[] payload = new byte[2_000_000];
        Task sending = Task.Run(
            () => near.Send(payload, memory.Handle), TestContext.Current.CancellationToken);

        int count = 0;
        int descriptors = 0;
        while (count < payload.Length)
        {
            using DescriptorMessage message = far.Receive(new byte[payload.Length], 8);
            count += message.Length;
            descriptors += message.DescriptorCount;
        }

        await sending.Within();
        Assert.Equal(1, descriptors);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Receive_PeerLeft_IsTheEnd(SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        near.Dispose();
        near.Dispose();

        using DescriptorMessage message = await ReceiveAsync(way, far, new byte[1], 0);

        Assert.Equal(0, message.Length);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Send_PeerLeft_ThrowsIOException(SocketType type, Way way)
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(type);
        far.Dispose();

        await Assert.ThrowsAnyAsync<IOException>(
            async () => await SendAsync(way, near, new byte[1]));
    }

    [Fact]
    public async Task Receive_PacketLongerThanTheBuffer_SaysSo()
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(SocketType.Seqpacket);
        near.Send(new byte[10]);

        using DescriptorMessage message = await ReceiveAsync(Way.Thread, far, new byte[4], 0);

        Assert.True(message.IsTruncated);
        Assert.Equal(4, message.Length);
    }

    [Fact]
    public async Task ReceiveAsync_Cancelled_LosesNothing()
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(SocketType.Seqpacket);
        using SharedMemory memory = Memfd();
        using var cancellation = new CancellationTokenSource();
        ValueTask<DescriptorMessage> receive = far.ReceiveAsync(
            Reactor(), new byte[1], 1, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await receive);

        near.Send(new byte[1], memory.Handle);
        using DescriptorMessage message = await ReceiveAsync(Way.Ring, far, new byte[1], 1);

        Assert.Equal(1, message.DescriptorCount);
    }

    [Fact]
    public async Task Dispose_WhileReceiving_EndsTheWait()
    {
        (_, DescriptorChannel far) = Pair(SocketType.Stream);
        Task<DescriptorMessage> receive =
            far.ReceiveAsync(Reactor(), new byte[1]).AsTask();
        far.Dispose();

        using DescriptorMessage message = await receive.Within();

        Assert.Equal(0, message.Length);
    }

    [Fact]
    public void TakeSharedMemory_Unsealed_IsRefusedAndClosed()
    {
        (DescriptorChannel near, DescriptorChannel far) = Pair(SocketType.Stream);
        using SharedMemory memory = SharedMemory.Create(10);
        near.Send(new byte[1], memory.Handle);
        int before = MemfdCount();
        using DescriptorMessage message = far.Receive(new byte[1], 1);

        var error = Assert.Throws<SharedMemoryException>(() => message.TakeSharedMemory(0));

        Assert.Contains("seals", error.Message);
        Assert.Equal(before, MemfdCount());
    }

    [Fact]
    public void PeerCredentials_OfThisProcess_AreItsOwn()
    {
        (DescriptorChannel near, _) = Pair(SocketType.Stream);

        Assert.Equal(Environment.ProcessId, near.PeerCredentials.ProcessId);
    }

    [Fact]
    public void OpenPeerProcess_ThisProcess_IsAPidfdOfIt()
    {
        (DescriptorChannel near, _) = Pair(SocketType.Seqpacket);

        using SafeFileHandle process = near.OpenPeerProcess();

        string info = File.ReadAllText($"/proc/self/fdinfo/{process.DangerousGetHandle()}");
        Assert.Matches($@"(?m)^Pid:\s+{Environment.ProcessId}$", info);
    }

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(static item => item.Dispose());
        if (_runtime is not null)
            await _runtime.DisposeAsync();
    }

    private static SharedMemory Memfd(long size = 4096)
    {
        SharedMemory memory = SharedMemory.Create(
            size, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd, Name = "ipc" });
        memory.Seal(SharedMemorySeals.Shrink);
        return memory;
    }

    private static int MemfdCount() => ProcessFigures.Targets()
        .Count(static target => target.Contains("memfd:ipc", StringComparison.Ordinal));

    private (DescriptorChannel Near, DescriptorChannel Far) Pair(SocketType type)
    {
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair(type);
        _open.AddRange([near, far]);
        return (near, far);
    }

    private Sluice.Reactors.Reactor Reactor()
    {
        EngineRun.SkipUnlessUsable(Engine.Uring);
        _runtime ??= SluiceRuntime.Start(
            new SluiceOptions { Engine = Engine.Uring, ReactorCount = 1 });
        return _runtime.Reactors[0];
    }

    private async Task SendAsync(
        Way way,
        DescriptorChannel channel,
        ReadOnlyMemory<byte> payload,
        params SafeHandle[] handles)
    {
        if (way == Way.Ring)
            await channel.SendAsync(Reactor(), payload, handles).AsTask().Within();
        else
            channel.Send(payload, handles);
    }

    private async Task<DescriptorMessage> ReceiveAsync(
        Way way, DescriptorChannel channel, Memory<byte> buffer, int descriptorsMax) =>
        way == Way.Ring
            ? await channel.ReceiveAsync(Reactor(), buffer, descriptorsMax).AsTask().Within()
            : channel.Receive(buffer, descriptorsMax);
}
