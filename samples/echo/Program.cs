using System.Net;
using Sluice;

await using var runtime = SluiceRuntime.Start();
await using var server = await runtime.ServeAsync(
    new IPEndPoint(IPAddress.Loopback, 7000),
    connection => connection.Input.CopyToAsync(connection.Output));

Console.WriteLine($"Echo on {server.EndPoint}, over {runtime.Engine}. Enter stops it.");
Console.ReadLine();
