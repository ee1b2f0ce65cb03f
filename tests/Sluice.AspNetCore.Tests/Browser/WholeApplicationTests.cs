using Sluice.AspNetCore.Tests.Contract;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Browser;

/// <summary>One application, seen by clients that nobody here has written.</summary>
public sealed class WholeApplicationTests
{
    [Theory]
    [InlineData(TransportKind.Uring)]
    [InlineData(TransportKind.Fallback)]
    public async Task Application_InAHeadlessBrowser_PassesTheChecksOfItsPage(TransportKind kind)
    {
        await using ContractServer server = await WholeApplication.StartAsync(kind);
        DirectoryInfo profile = Directory.CreateTempSubdirectory("sluice-");

        string page = await ExternalTool.RunAsync(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--ignore-certificate-errors",
            $"--user-data-dir={profile.FullName}",
            "--dump-dom",
            server.Address.ToString());

        int from = page.IndexOf("<pre id=\"results\">", StringComparison.Ordinal);
        string[] results = page[from..page.IndexOf("</pre>", from, StringComparison.Ordinal)]
            .Replace("<pre id=\"results\">", "", StringComparison.Ordinal)
            .Split('\n');
        Assert.Equal(10, results.Length);
        Assert.All(results, line => Assert.EndsWith(": ok", line, StringComparison.Ordinal));
        server.Log.AssertNoWarnings();
        profile.Delete(recursive: true);
    }

    [Theory]
    [InlineData(TransportKind.Uring, "--http1.1")]
    [InlineData(TransportKind.Uring, "--http2")]
    [InlineData(TransportKind.Fallback, "--http1.1")]
    [InlineData(TransportKind.Fallback, "--http2")]
    public async Task Application_ByCurl_AnswersAndTakesUploads(
        TransportKind kind, string version)
    {
        await using ContractServer server = await WholeApplication.StartAsync(kind);
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, TestBytes.Create(5_000_000));

        string sum = await CurlAsync("api/add?a=20&b=22");
        string hash = await CurlAsync("upload", "--data-binary", $"@{file}");
        string form = await CurlAsync("form", "-F", $"file=@{file};filename=name");

        Assert.Equal("""{"sum":42}""", sum);
        Assert.Equal(
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                await File.ReadAllBytesAsync(file))),
            hash);
        Assert.Equal("name 5000000", form);
        File.Delete(file);

        Task<string> CurlAsync(string path, params string[] arguments) => ExternalTool.RunAsync(
            "curl", ["-sSk", "--fail", version, .. arguments, $"{server.Address}{path}"]);
    }

    [Theory]
    [InlineData(TransportKind.Uring)]
    [InlineData(TransportKind.Fallback)]
    public async Task Application_ByH2Load_AnswersEveryRequest(TransportKind kind)
    {
        await using ContractServer server = await WholeApplication.StartAsync(kind);

        string report = await ExternalTool.RunAsync(
            "h2load", "-n", "2000", "-c", "10", "-m", "10", $"{server.Address}api/add?a=1&b=2");

        Assert.Contains("2000 succeeded, 0 failed", report, StringComparison.Ordinal);
        Assert.Contains("status codes: 2000 2xx", report, StringComparison.Ordinal);
    }
}
