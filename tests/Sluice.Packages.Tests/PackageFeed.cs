using System.IO.Compression;
using Sluice.Repository.Tests.Tidy;

[assembly: AssemblyFixture(typeof(Sluice.Packages.Tests.PackageFeed))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Sluice.Packages.Tests;

/// <summary>
/// The packages, made once for all tests from a copy of the sources: the tree that is being tested
/// stays as it is. Everything is under one temporary folder.
/// </summary>
/// <remarks>
/// The version is one that nobody else has, and packages are unpacked into a folder of their own:
/// nothing else can be installed instead, and nobody's cache gets it.
/// </remarks>
public sealed class PackageFeed : IDisposable
{
    private static readonly string[] Sources =
        ["src/", "tools/", "bench/percore/reference.c"];

    private Task? _packed;

    public PackageFeed()
    {
        Root = Directory.CreateTempSubdirectory("sluice-packages-").FullName;
        Directory.CreateDirectory(Feed);

        // No setting of a folder above is to reach the projects.
        File.WriteAllText(Path.Combine(Root, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(Root, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(Root, "Directory.Packages.props"), "<Project />");
    }

    /// <summary>The packages and how their projects are called.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } =
        new Dictionary<string, string>
        {
            ["Sluice"] = "src/Sluice/Sluice.csproj",
            ["Sluice.AspNetCore"] = "src/Sluice.AspNetCore/Sluice.AspNetCore.csproj",
            ["Sluice.Memory"] = "src/Sluice.Memory/Sluice.Memory.csproj",
            ["Sluice.Tool"] = "tools/sluice/sluice.csproj",
            ["Sluice.Uring"] = "src/Sluice.Uring/Sluice.Uring.csproj",
        };

    public string Root { get; }

    public string Feed => Path.Combine(Root, "feed");

    /// <summary>Where packages are unpacked, instead of the user's cache.</summary>
    public string Unpacked => Path.Combine(Root, "unpacked");

    public string Version { get; } = $"0.0.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>Makes the packages unless that was done.</summary>
    public Task PackAsync() => _packed ??= PackAsync("tree", Feed);

    /// <summary>Makes the packages from a copy of the sources.</summary>
    /// <param name="copy">The folder of the copy, relative to <see cref="Root"/>.</param>
    /// <param name="output">Where the packages go.</param>
    public async Task PackAsync(string copy, string output)
    {
        string tree = Path.Combine(Root, copy);
        CopySources(tree);
        string solution = Path.Combine(tree, "Packages.slnx");
        IEnumerable<string> projects = Projects.Select(
            project => $"""
                <Folder Name="/{project.Key}/"><Project Path="{project.Value}" /></Folder>
                """);
        await File.WriteAllTextAsync(
            solution, $"<Solution>{string.Concat(projects)}</Solution>");
        await DotNet.RunAsync(
            tree, "", "pack", solution, "-c", "Release", "-o", output,
            $"-p:Version={Version}", "-p:RunAnalyzers=false");
    }

    /// <summary>Copies a program of <c>Programs/</c> to a project outside of the tree.</summary>
    /// <returns>Its folder.</returns>
    public string Create(string program)
    {
        string folder = Path.Combine(Root, "programs", Guid.NewGuid().ToString("N"), program);
        Directory.CreateDirectory(folder);
        string source = Path.Combine(AppContext.BaseDirectory, "Programs", program);
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        // Besides the source that is configured on this machine.
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="sluice-feed" value="{Feed}" />
              </packageSources>
            </configuration>
            """);
        return folder;
    }

    public ZipArchive Open(string package, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(Feed, $"{package}.{Version}.{extension}"));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void CopySources(string target)
    {
        foreach (TidyFile file in RepositoryFiles.Read())
        {
            bool isOfRoot = !file.Path.Contains('/');
            if (!isOfRoot && !Array.Exists(Sources, file.Path.StartsWith))
                continue;

            string path = Path.Combine(target, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(RepositoryFiles.Root, file.Path), path);
        }
    }
}
