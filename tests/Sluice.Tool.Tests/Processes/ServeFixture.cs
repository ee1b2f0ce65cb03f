using System.Net;
using System.Security.Cryptography;

[assembly: AssemblyFixture(typeof(Sluice.Tool.Tests.Processes.ServeFixture))]

namespace Sluice.Tool.Tests.Processes;

/// <summary>
/// One <c>sluice serve</c> for each engine and scheduling, started when a test first asks for it,
/// and the directory that they serve.
/// </summary>
public sealed class ServeFixture : IAsyncDisposable
{
    /// <summary>The size of <c>large.bin</c>.</summary>
    public const int LargeSize = 64 * 1024 * 1024;

    private readonly Dictionary<string, Task<ToolProcess>> _servers = [];

    public ServeFixture()
    {
        Root = Directory.CreateTempSubdirectory("sluice-serve-").FullName;
        Directory.CreateDirectory(PathOf("www/sub"));
        Directory.CreateDirectory(PathOf("www/site"));
        Directory.CreateDirectory(PathOf("www/.git"));
        Directory.CreateDirectory(PathOf("www/.well-known"));
        Directory.CreateDirectory(PathOf("www-secret"));
        File.WriteAllText(PathOf("www/a.txt"), "0123456789");
        File.WriteAllText(PathOf("www/empty.bin"), "");
        File.WriteAllText(PathOf("www/<b>&\"'.html"), "<b>");
        File.WriteAllText(PathOf("www/sub/söme name.json"), "{}");
        File.WriteAllText(PathOf("www/site/index.html"), "the index");
        File.WriteAllText(PathOf("www/.env"), "secret");
        File.WriteAllText(PathOf("www/.git/config"), "secret");
        File.WriteAllText(PathOf("www/.well-known/security.txt"), "public");
        File.WriteAllText(PathOf("secret.txt"), "secret");
        File.WriteAllText(PathOf("www-secret/b.txt"), "secret");
        File.CreateSymbolicLink(PathOf("www/inside.txt"), "sub/../a.txt");
        File.CreateSymbolicLink(PathOf("www/outside.txt"), "../secret.txt");
        File.CreateSymbolicLink(PathOf("www/sibling"), PathOf("www-secret"));
        File.CreateSymbolicLink(PathOf("www/dangling"), "nowhere");

        Large = RandomNumberGenerator.GetBytes(LargeSize);
        File.WriteAllBytes(PathOf("www/large.bin"), Large);
    }

    public string Root { get; }

    public string Served => PathOf("www");

    public byte[] Large { get; }

    internal async Task<ToolProcess> GetAsync(string engine, string scheduling)
    {
        await EngineCase.RequireAsync(engine);
        string key = $"{engine} {scheduling}";
        Task<ToolProcess>? server;
        lock (_servers)
        {
            if (!_servers.TryGetValue(key, out server))
            {
                _servers[key] = server = ToolProcess.ServeAsync(
                    "serve", Served, "--engine", engine, "--scheduling", scheduling);
            }
        }

        return await server;
    }

    internal async Task<HttpClient> GetClientAsync(
        string engine, string scheduling, Version? version = null)
    {
        ToolProcess server = await GetAsync(engine, scheduling);
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = server.Url,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = ToolProcess.Patience,
        };
    }

    public string PathOf(string name) => Path.Combine(Root, name);

    public async ValueTask DisposeAsync()
    {
        foreach (Task<ToolProcess> server in _servers.Values)
            await (await server).DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
