using System.Net;
using ProxySample;
using Sluice;
using Sluice.Sockets;

// Passes TCP connections on.
//   dotnet run -c Release --project samples/proxy -- 127.0.0.1:8000 example.org:80
if (args is not [var listen, var target] || target.Split(':') is not [var host, var port])
{
    Console.Error.WriteLine("usage: proxy ADDRESS:PORT HOST:PORT");
    return 2;
}

var destination = new DnsEndPoint(host, int.Parse(port));
await using var runtime = SluiceRuntime.Start();
await using var server = await runtime.ServeAsync(
    IPEndPoint.Parse(listen), client => Relay.RunAsync(runtime, client, destination));

Console.WriteLine($"Proxy on {server.EndPoint} to {target}. Enter stops it.");
await Console.In.ReadLineAsync();
return 0;
