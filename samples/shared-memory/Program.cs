using System.Net.Sockets;
using System.Runtime.Versioning;
using SharedMemorySample;
using Sluice.Ipc;

[assembly: SupportedOSPlatform("linux")]

// Two processes that share memory. In one terminal, then in another one:
//   dotnet run -c Release --project samples/shared-memory -- produce shared-memory.socket
//   dotnet run -c Release --project samples/shared-memory -- consume shared-memory.socket
if (args is not [("produce" or "consume") and var role, var path])
{
    Console.Error.WriteLine("usage: shared-memory produce|consume SOCKET");
    return 2;
}

// All that is shared goes over this socket, once; then it is only memory.
var endPoint = new UnixDomainSocketEndPoint(path);
using var socket = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
if (role == "consume")
{
    socket.Connect(endPoint);
    using var channel = new DescriptorChannel(socket);
    Consumer.Run(channel);
    return 0;
}

socket.Bind(endPoint);
socket.Listen(1);
Console.WriteLine($"Waiting for a consumer on {path}.");
using (var channel = new DescriptorChannel(socket.Accept()))
{
    File.Delete(path);
    Producer.Run(channel);
}

return 0;
