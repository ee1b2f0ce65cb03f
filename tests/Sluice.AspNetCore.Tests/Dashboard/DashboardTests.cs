using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sluice.AspNetCore.Dashboard;
using Sluice.AspNetCore.Tests.Browser;
using Sluice.AspNetCore.Tests.Contract;
using Sluice.Diagnostics;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Dashboard;

public sealed partial class DashboardTests
{
    [Theory]
    [InlineData(TransportKind.Uring)]
    [InlineData(TransportKind.Fallback)]
    public async Task Page_Get_RunsOnlyWhatItBrings(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();

        using HttpResponseMessage answer = await client.GetAsync("/sluice");
        using HttpResponseMessage other = await client.GetAsync("/sluice");

        string page = await answer.Content.ReadAsStringAsync();
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        string nonce = Nonce().Match(policy).Groups[1].Value;
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(32, nonce.Length);
        Assert.Equal(
            2, page.Split($"nonce=\"{nonce}\"", StringSplitOptions.None).Length - 1);
        Assert.DoesNotContain(
            nonce,
            Assert.Single(other.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.Contains("data-address=\"/sluice\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NotMapped_IsNotThere()
    {
        await using ContractServer server = await ContractServer.StartAsync(
            TransportKind.Uring, app => app.MapGet("/", () => "here"));
        using HttpClient client = server.CreateClient();

        using HttpResponseMessage answer = await client.GetAsync("/sluice");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(TransportKind.Uring, "uring")]
    [InlineData(TransportKind.Fallback, "sockets")]
    public async Task Snapshot_Get_HasTheFigures(TransportKind kind, string engine)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();

        SluiceSnapshot snapshot = await SnapshotAsync(client);

        Assert.Equal(Environment.ProcessId, snapshot.ProcessId);
        Assert.Contains(engine, snapshot.Engine.Split(','));
        if (kind == TransportKind.Uring)
            Assert.InRange(snapshot.Connections, 1, long.MaxValue);
    }

    [Theory]
    [InlineData(TransportKind.Uring)]
    [InlineData(TransportKind.Fallback)]
    public async Task Events_RequestsAreServed_TheFiguresGrow(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();
        using Stream stream = await client.GetStreamAsync("/sluice/events");
        using var events = new StreamReader(stream);
        SluiceSnapshot first = await NextAsync(events);

        for (int i = 0; i < 50; i++)
            _ = await client.GetStringAsync("/work");

        // Requests are counted for the process, which other tests share, so each figure is awaited.
        long leastSent = kind == TransportKind.Uring ? first.BytesSent + 50 : 0;
        SluiceSnapshot next = first;
        for (int i = 0; i < 60 && !HasGrown(); i++)
            next = await NextAsync(events);
        Assert.True(HasGrown());

        bool HasGrown() => next.Requests >= first.Requests + 50 && next.BytesSent >= leastSent;
    }

    [Fact]
    public async Task Map_RequireAuthorization_IsRespectedByAllOfIt()
    {
        await using ContractServer server = await ContractServer.StartAsync(
            TransportKind.Uring,
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapSluiceDashboard("/operators/sluice").RequireAuthorization();
            },
            services: services =>
            {
                services.AddAuthentication(HeaderAuthentication.Named)
                    .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(
                        HeaderAuthentication.Named, null);
                services.AddAuthorization();
            });
        using HttpClient client = server.CreateClient();

        foreach (string path in (string[])["", "/snapshot", "/events"])
        {
            string address = $"/operators/sluice{path}";
            using HttpResponseMessage refused = await client.GetAsync(address);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

            using var request = new HttpRequestMessage(HttpMethod.Get, address)
            {
                Headers = { { "User", "somebody" } },
            };
            using HttpResponseMessage answer = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Events_TooManyWatchers_RefusesUntilOneLeaves()
    {
        await using ContractServer server = await StartAsync(TransportKind.Uring);
        using HttpClient client = server.CreateClient();
        var watchers = new List<Stream>();
        for (int i = 0; i < DashboardFeed.WatchersMax; i++)
            watchers.Add(await client.GetStreamAsync("/sluice/events"));

        using HttpResponseMessage refused = await client.GetAsync("/sluice/events");
        await watchers[0].DisposeAsync();
        HttpStatusCode status;
        do
        {
            using HttpResponseMessage answer = await client.GetAsync(
                "/sluice/events", HttpCompletionOption.ResponseHeadersRead);
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, status);
        watchers.ForEach(static watcher => watcher.Dispose());
    }

    [Fact]
    public async Task Events_TheHostStops_End()
    {
        await using ContractServer server = await StartAsync(TransportKind.Uring);
        using HttpClient client = server.CreateClient();
        using Stream stream = await client.GetStreamAsync("/sluice/events");
        using var events = new StreamReader(stream);
        _ = await NextAsync(events);

        Task stopped = server.StopAsync();
        _ = await events.ReadToEndAsync().Within();
        await stopped.Within();

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [InlineData(TransportKind.Uring)]
    [InlineData(TransportKind.Fallback)]
    public async Task Page_InAHeadlessBrowser_ShowsFiguresThatChange(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using HttpClient client = server.CreateClient();

        await using BrowserPage page = await BrowserPage.OpenAsync($"{server.Address}sluice");
        await page.WaitUntilAsync("document.body?.dataset.drawn >= 2");
        for (int i = 0; i < 100; i++)
            _ = await client.GetStringAsync("/work");
        await page.WaitUntilAsync(
            "parseFloat(document.querySelector('#cards .card b').textContent) >= 20");

        Assert.Equal("live", await page.EvaluateAsync("state.textContent"));
        Assert.Equal(
            "7",
            await page.EvaluateAsync("document.querySelectorAll('#cards path.line[d]').length"));
        if (kind == TransportKind.Uring)
        {
            Assert.NotEqual(
                "0", await page.EvaluateAsync("document.querySelectorAll('#rows tr').length"));
        }

        Assert.Empty(page.Errors);
    }

    [GeneratedRegex("script-src 'nonce-([0-9a-f]+)'")]
    private static partial Regex Nonce();

    private static Task<ContractServer> StartAsync(TransportKind kind) =>
        ContractServer.StartAsync(
            kind,
            app =>
            {
                app.MapSluiceDashboard();
                app.MapGet("/work", () => "done");
            });

    private static async Task<SluiceSnapshot> SnapshotAsync(HttpClient client) =>
        SluiceSnapshot.FromJson(await client.GetByteArrayAsync("/sluice/snapshot"));

    private static async Task<SluiceSnapshot> NextAsync(StreamReader events)
    {
        const string Data = "data: ";
        string? line;
        do
            line = await events.ReadLineAsync().Within();
        while (line?.StartsWith(Data, StringComparison.Ordinal) == false);
        return SluiceSnapshot.FromJson(System.Text.Encoding.UTF8.GetBytes(line![Data.Length..]));
    }
}
