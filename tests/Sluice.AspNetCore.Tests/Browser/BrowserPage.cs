using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Browser;

/// <summary>
/// One page in a headless Chromium, driven by its DevTools protocol. One call at a time.
/// </summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private const string Mark = "DevTools listening on ";

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];
    private string? _session;
    private int _lastId;

    private BrowserPage(Process process, DirectoryInfo profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>What the page complained about.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Opens an address. Skips where there is no browser.</summary>
    public static async Task<BrowserPage> OpenAsync(string address)
    {
        ExternalTool.Require("chromium");
        DirectoryInfo profile = Directory.CreateTempSubdirectory("sluice-");
        Process process = Process.Start(new ProcessStartInfo(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--remote-debugging-port=0", "--window-size=1480,980",
                $"--user-data-dir={profile.FullName}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var page = new BrowserPage(process, profile);
        await page.AttachAsync().Within();
        _ = await page.CallAsync("Page.navigate", new JsonObject { ["url"] = address });
        return page;
    }

    /// <summary>Evaluates an expression until it is true.</summary>
    public async Task WaitUntilAsync(string condition)
    {
        // The browser looks at every change of the page: no time is waited for.
        string script = $$"""
            new Promise(done => {
              const look = () => ({{condition}}) ? done(true) : requestAnimationFrame(look);
              look();
            })
            """;
        JsonNode result = await CallAsync(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = script, ["awaitPromise"] = true });
        Assert.True(result["exceptionDetails"] is null, result.ToJsonString());
    }

    /// <summary>The value of an expression, as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonNode result = await CallAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})" });
        return result["result"]!["value"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task AttachAsync()
    {
        string? line;
        do
            line = await _process.StandardError.ReadLineAsync();
        while (line?.StartsWith(Mark, StringComparison.Ordinal) == false);
        _ = _process.StandardError.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(line![Mark.Length..]), default);
        JsonNode targets = await CallAsync("Target.getTargets", []);
        JsonNode target = targets["targetInfos"]!.AsArray()
            .First(info => info!["type"]!.GetValue<string>() == "page")!;
        JsonNode attached = await CallAsync(
            "Target.attachToTarget",
            new JsonObject
            {
                ["targetId"] = target["targetId"]!.GetValue<string>(),
                ["flatten"] = true,
            });
        _session = attached["sessionId"]!.GetValue<string>();
        _ = await CallAsync("Runtime.enable", []);
        _ = await CallAsync("Log.enable", []);
        _ = await CallAsync("Page.enable", []);
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_lastId;
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (_session is not null)
            call["sessionId"] = _session;
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(call);
        await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, default).Within();
        while (true)
        {
            JsonNode message = await ReceiveAsync();
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"]
                    ?? throw new InvalidOperationException(message.ToJsonString());
            }

            if (message["method"]?.GetValue<string>()
                is "Runtime.exceptionThrown" or "Log.entryAdded")
            {
                Errors.Add(message.ToJsonString());
            }
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        int length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(_buffer.AsMemory(length), default).Within();
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(_buffer.AsSpan(0, length))!;
    }
}
