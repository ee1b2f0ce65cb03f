using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Sluice.Sockets;

namespace Sluice.Docs.Tests;

/// <summary>
/// The programs of docs/getting-started.md. Each region stands there word for word.
/// </summary>
public sealed class GettingStartedGuide
{
    [Fact]
    public async Task Greeting()
    {
        #region docs: greeting
        await using var runtime = SluiceRuntime.Start();
        await using var server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),          // 0: any free port
            async connection =>
            {
                ReadResult read = await connection.Input.ReadAsync();
                connection.Output.Write("Hello, "u8);
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                    connection.Output.Write(piece.Span);
                connection.Input.AdvanceTo(read.Buffer.End);    // the memory goes back
                await connection.Output.FlushAsync();
            });
        #endregion

        #region docs: client
        await using Connection client = await runtime.ConnectAsync(server.EndPoint);
        await client.Output.WriteAsync("reader!"u8.ToArray());

        ReadResult answer = await client.Input.ReadAtLeastAsync("Hello, reader!".Length);
        string text = Encoding.UTF8.GetString(answer.Buffer);
        client.Input.AdvanceTo(answer.Buffer.End);
        #endregion

        Assert.Equal("Hello, reader!", text);

        #region docs: engine
        Console.WriteLine($"{runtime.Engine}: {runtime.EngineReason}");
        #endregion
    }
}
