using System.Net.Sockets;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class SocketCommandOperationsTests : RingTest
{
    [Fact]
    public void BytesReceivable_WithBytesWaiting_IsTheirNumber()
    {
        Require(Opcode.Command);
        (Socket client, Socket server) = TcpPair();
        client.Send("12345"u8);

        Completion received = Run(s => s.PrepareBytesReceivable(Fd(server)));
        SkipIfUnknown(received.Error);

        Assert.Equal(5, received.Result);
        Assert.Equal(0, RunSuccessfully(s => s.PrepareBytesUnacknowledged(Fd(server))));
    }

    [Fact]
    public void SetSocketOption_OfAValue_ChangesTheSocket()
    {
        Require(Opcode.Command);
        (Socket client, _) = TcpPair();
        nint value = Value(1);

        Completion completion = Run(s => s.PrepareSetSocketOption(
            Fd(client), Os.SOL_SOCKET, Os.SO_REUSEADDR, value, sizeof(int)));

        SkipIfUnknown(completion.Error);
        Assert.Equal(0, completion.Result);
        int changed = 0;
        uint length = sizeof(int);
        Assert.Equal(
            0,
            Os.GetOption(Fd(client), Os.SOL_SOCKET, Os.SO_REUSEADDR, &changed, &length));
        Assert.Equal(1, changed);
    }

    [Fact]
    public void GetSocketOption_OfTheType_IsRead()
    {
        Require(Opcode.Command);
        (Socket client, _) = TcpPair();
        nint value = Value(0);

        Completion completion = Run(s => s.PrepareGetSocketOption(
            Fd(client), Os.SOL_SOCKET, Os.SO_TYPE, value, sizeof(int)));

        SkipIfUnknown(completion.Error);
        Assert.Equal(sizeof(int), completion.Result);
        Assert.Equal(Os.SOCK_STREAM, *(int*)value);
    }
}
