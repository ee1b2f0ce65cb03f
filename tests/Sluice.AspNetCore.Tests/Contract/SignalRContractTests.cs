using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>SignalR over each of its transports, its JSON protocol spoken by hand.</summary>
public sealed class SignalRContractTests
{
    private const char End = '\u001e';
    private const string Hello = """{"protocol":"json","version":1}""";
    private const string Invoke =
        """{"type":1,"invocationId":"1","target":"Echo","arguments":["text"]}""";

    [Theory]
    [Transports]
    public async Task WebSockets_InvokeBroadcastAndStream_Answer(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new UriBuilder(server.Address) { Scheme = "ws", Path = "/hub" }.Uri, default).Within();
        await using var messages = new RecordReader(new StreamReader(
            WebSocketStream.Create(socket, WebSocketMessageType.Text)));

        await SendAsync(Hello);
        Assert.Equal("{}", await messages.NextAsync());
        await SendAsync(Invoke);
        Assert.Equal(
            """{"type":3,"invocationId":"1","result":"text"}""", await messages.NextAsync());
        await SendAsync("""{"type":1,"target":"Tell","arguments":["all"]}""");
        Assert.Equal(
            """{"type":1,"target":"told","arguments":["all"]}""", await messages.NextAsync());
        await SendAsync("""{"type":4,"invocationId":"2","target":"Count","arguments":[3]}""");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(
                $$"""{"type":2,"invocationId":"2","item":{{i}}}""", await messages.NextAsync());
        }

        Assert.Equal("""{"type":3,"invocationId":"2"}""", await messages.NextAsync());

        Task SendAsync(string message) => socket.SendAsync(
            Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, true, default)
            .Within();
    }

    [Theory]
    [Transports]
    public async Task ServerSentEvents_Invoke_Answers(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();
        string address = await NegotiateAsync(client);
        client.DefaultRequestHeaders.Accept.Add(
            new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var events = new StreamReader(await client.GetStreamAsync(address).Within());

        await PostAsync(client, address, Hello);
        await PostAsync(client, address, Invoke);

        string line;
        do
            line = (await events.ReadLineAsync().WaitAsync(Patience.Limit))!;
        while (!line.Contains("invocationId", StringComparison.Ordinal));
        Assert.EndsWith(
            $$"""{"type":3,"invocationId":"1","result":"text"}{{End}}""",
            line,
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task LongPolling_Invoke_Answers(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();
        string address = await NegotiateAsync(client);
        Assert.Empty(await client.GetStringAsync(address).Within());

        await PostAsync(client, address, Hello);
        await PostAsync(client, address, Invoke);
        string received = "";
        while (!received.Contains("invocationId", StringComparison.Ordinal))
            received += await client.GetStringAsync(address).Within();

        Assert.EndsWith(
            $$"""{"type":3,"invocationId":"1","result":"text"}{{End}}""",
            received,
            StringComparison.Ordinal);
    }

    private static Task<ContractServer> StartAsync(TransportKind kind) =>
        ContractServer.StartAsync(
            kind,
            app => app.UseWebSockets().UseRouting().UseEndpoints(
                endpoints => endpoints.MapHub<EchoHub>("/hub")),
            services: services => services.AddSignalR());

    private static async Task<string> NegotiateAsync(HttpClient client)
    {
        using HttpResponseMessage response =
            await client.PostAsync("/hub/negotiate?negotiateVersion=1", null).Within();
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return $"/hub?id={answer.RootElement.GetProperty("connectionToken").GetString()}";
    }

    private static async Task PostAsync(HttpClient client, string address, string message)
    {
        using var content = new StringContent(message + End);
        using HttpResponseMessage response = await client.PostAsync(address, content).Within();
        response.EnsureSuccessStatusCode();
    }
}
