using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Sluice;
using Sluice.Sockets;

// A raw echo server and its client, in one process.
await using var runtime = SluiceRuntime.Start();
await using var server = await runtime.ServeAsync(
    new IPEndPoint(IPAddress.Loopback, 0),
    connection => connection.Input.CopyToAsync(connection.Output));

await using Connection client = await runtime.ConnectAsync(server.EndPoint);
await client.Output.WriteAsync("Hello, package!"u8.ToArray());
await client.Output.CompleteAsync();

ReadResult read = await client.Input.ReadAtLeastAsync(15);
Console.WriteLine($"{Encoding.UTF8.GetString(read.Buffer.ToArray())} {runtime.Engine}");
