using System.Net;
using HttpSample;
using Sluice;

// HTTP/1.1 from scratch, on connections that are pipes. GET / greets, POST /echo sends back.
//   dotnet run -c Release --project samples/http -- 127.0.0.1:8080
IPEndPoint endPoint = IPEndPoint.Parse(args is [var address] ? address : "127.0.0.1:8080");

await using var runtime = SluiceRuntime.Start();
await using var server = await runtime.ServeAsync(endPoint, HttpHandler.RunAsync);

Console.WriteLine($"HTTP on {server.EndPoint}, over {runtime.Engine}. Enter stops it.");
await Console.In.ReadLineAsync();
