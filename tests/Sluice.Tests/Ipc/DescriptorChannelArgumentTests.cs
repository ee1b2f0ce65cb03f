using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Memory;

namespace Sluice.Tests.Ipc;

[SupportedOSPlatform("linux")]
public sealed class DescriptorChannelArgumentTests : IDisposable
{
    private readonly DescriptorChannel _near;
    private readonly DescriptorChannel _far;

    public DescriptorChannelArgumentTests() =>
        (_near, _far) = DescriptorChannel.CreatePair(SocketType.Stream);

    [Fact]
    public void Take_TwiceOrOutOfRange_Throws()
    {
        using SharedMemory memory = SharedMemory.Create(10);
        _near.Send(new byte[1], memory.Handle);
        using DescriptorMessage message = _far.Receive(new byte[1], 1);
        message.Take(0).Dispose();

        Assert.Throws<InvalidOperationException>(() => message.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => message.Take(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => message.Take(-1));
    }

    [Fact]
    public void Receive_WrongArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => _far.Receive(Memory<byte>.Empty));
        Assert.Throws<ArgumentOutOfRangeException>(() => _far.Receive(new byte[1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _far.Receive(new byte[1], 254));
    }

    [Fact]
    public void Constructor_OtherSocket_Throws()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);

        Assert.Throws<ArgumentException>(() => new DescriptorChannel(socket));
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
