using System.Net;
using Sluice.Sockets.RingSockets;

namespace Sluice.Tests.Sockets.RingSockets;

public sealed class SharedEndPointsTests
{
    private readonly SharedEndPoints _shared = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("fe80::1%3")]
    public void LocalOf_TheSameNameAgain_IsTheSameObject(string address)
    {
        EndPoint first = Local(address, 80);

        Assert.Equal(EndPointOf(address, 80), first);
        Assert.Same(first, Local(address, 80));
    }

    [Fact]
    public void LocalOf_OtherNames_AreTheirOwn()
    {
        Assert.Equal(EndPointOf("127.0.0.1", 80), Local("127.0.0.1", 80));
        Assert.Equal(EndPointOf("127.0.0.1", 81), Local("127.0.0.1", 81));
        Assert.Equal(EndPointOf("127.0.0.2", 81), Local("127.0.0.2", 81));
        Assert.Equal(EndPointOf("::1", 81), Local("::1", 81));
    }

    // A careless owner of one must not change what the next connection says.
    [Fact]
    public void LocalOf_SomebodyHasChangedTheObject_IsRightAgain()
    {
        Local("127.0.0.1", 80).Port = 81;

        Assert.Equal(EndPointOf("127.0.0.1", 80), Local("127.0.0.1", 80));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("fe80::1%3")]
    public void ToEndPoint_PeersOfOneAddress_ShareItAndHaveTheirPorts(string address)
    {
        IPEndPoint first = Remote(address, 1000);
        IPEndPoint second = Remote(address, 2000);

        Assert.Equal(EndPointOf(address, 1000), first);
        Assert.Equal(EndPointOf(address, 2000), second);
        Assert.Same(first.Address, second.Address);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.2")]
    [InlineData("fe80::1%3", "fe80::1%4")]
    [InlineData("1.2.3.4", "::")]
    public void ToEndPoint_PeersOfOtherAddresses_HaveTheirOwn(string one, string other)
    {
        Assert.Equal(EndPointOf(one, 1), Remote(one, 1));
        Assert.Equal(EndPointOf(other, 1), Remote(other, 1));
        Assert.Equal(EndPointOf(one, 1), Remote(one, 1));
    }

    private static IPEndPoint EndPointOf(string address, int port) =>
        new(IPAddress.Parse(address), port);

    private static byte[] Name(string address, int port) =>
        SocketName.FromEndPoint(EndPointOf(address, port));

    private IPEndPoint Local(string address, int port) => ToEndPoint(address, port, isLocal: true);

    private IPEndPoint Remote(string address, int port) =>
        ToEndPoint(address, port, isLocal: false);

    private IPEndPoint ToEndPoint(string address, int port, bool isLocal) =>
        Assert.IsType<IPEndPoint>(
            SocketName.ToEndPoint(Name(address, port), [], isLocal, _shared));
}
