using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Packages.Tests;

/// <summary>New projects, outside of the tree, that install the packages.</summary>
public sealed class InstallTests(PackageFeed feed)
{
    /// <summary>A program that takes longer has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Console_EchoServerAndClient_Run()
    {
        string folder = await BuildAsync("echo", "build");

        string output = await RunAsync(Path.Combine(folder, "out", "echo"));

        Assert.Matches("^Hello, package! (Uring|Sockets)\n$", output);
    }

    [Fact]
    public async Task Web_OnSluice_Answers()
    {
        string folder = await BuildAsync("web", "build");

        await AssertAnswersAsync(Path.Combine(folder, "out", "web"));
    }

    [Fact]
    public async Task Web_TrimmedAndSelfContained_Answers()
    {
        string folder = await BuildAsync(
            "web", "publish", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained",
            "-p:PublishTrimmed=true", "-p:ILLinkTreatWarningsAsErrors=true");

        await AssertAnswersAsync(Path.Combine(folder, "out", "web"));
    }

    [Fact]
    public async Task Tool_Installed_Diagnoses()
    {
        await feed.PackAsync();
        string folder = feed.Create("echo");
        string tools = Path.Combine(folder, "tools");
        await DotNet.RunAsync(
            folder, feed.Unpacked, "tool", "install", "Sluice.Tool",
            "--version", feed.Version, "--tool-path", tools);

        string output = await RunAsync(Path.Combine(tools, "sluice"), "doctor");

        Assert.Contains("io_uring", output, StringComparison.Ordinal);
    }

    private async Task<string> BuildAsync(string program, string verb, params string[] options)
    {
        await feed.PackAsync();
        string folder = feed.Create(program);
        await DotNet.RunAsync(
            folder, feed.Unpacked,
            [verb, "-c", "Release", "-o", "out", $"-p:SluiceVersion={feed.Version}", .. options]);
        return folder;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        using var timeout = new CancellationTokenSource(Patience);
        string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    private static async Task AssertAnswersAsync(string program)
    {
        const string mark = "Now listening on: ";
        using Process process = Start(program, "--urls", "http://127.0.0.1:0");
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync(timeout.Token);
                Assert.NotNull(line);
            }
            while (!line.Contains(mark, StringComparison.Ordinal));

            using var client = new HttpClient();
            string address = line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
            Assert.Equal(
                "Hello, World!", await client.GetStringAsync(new Uri(address), timeout.Token));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(timeout.Token);
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };

        // On the runtime of the tests, wherever that is installed: shared/NAME/VERSION/ below it.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return Process.Start(start)!;
    }
}
