using System.Net;
using Sluice.Sockets.RingSockets;

namespace Sluice.Tests.Sockets.RingSockets;

public class SocketNameTests
{
    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("1.2.3.4", 0x1234)]
    [InlineData("::1", 65535)]
    [InlineData("::ffff:1.2.3.4", 80)]
    [InlineData("fe80::1%7", 80)]
    [Trait("pitfall", "20")]
    public void ToEndPoint_NameOfAnEndPoint_IsTheEndPoint(string address, int port)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        byte[] name = SocketName.FromEndPoint(endPoint);

        EndPoint back = SocketName.ToEndPoint(
            name, [], isLocal: true, new SharedEndPoints());

        Assert.Equal(endPoint, back);
        Assert.Equal(endPoint.Address.ToString(), ((IPEndPoint)back).Address.ToString());
    }
}
