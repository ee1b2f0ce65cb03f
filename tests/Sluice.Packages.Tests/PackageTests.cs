using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Packages.Tests;

/// <summary>What is packed, and what is in it.</summary>
public sealed class PackageTests(PackageFeed feed)
{
    public static TheoryData<string, string[]> Dependencies => new()
    {
        { "Sluice.Memory", [] },
        { "Sluice.Uring", [] },
        { "Sluice", ["Sluice.Memory", "Sluice.Uring"] },
        { "Sluice.AspNetCore", ["Sluice"] },
    };

    public static TheoryData<string> Packages => [.. PackageFeed.Projects.Keys];

    [Fact]
    public async Task Solution_OfAllProjects_PacksFourPackagesAndTheTool()
    {
        string targets = Path.Combine(feed.Root, "packable.targets");
        await File.WriteAllTextAsync(
            targets,
            """
            <Project>
              <Target Name="NamePackage">
                <Message
                  Condition="'$(IsPackable)' != 'false'" Importance="high"
                  Text="Packs $(PackageId) $(PackageVersion)." />
              </Target>
            </Project>
            """);

        string output = await DotNet.RunAsync(
            feed.Root, "", "msbuild", Path.Combine(RepositoryFiles.Root, "Sluice.slnx"),
            "-t:NamePackage", "-p:Configuration=Release", "-v:minimal", "-nologo",
            $"-p:CustomAfterMicrosoftCommonTargets={targets}");

        string version = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Build.props"))
            .Descendants("Version").Single().Value;
        Assert.Equal(
            PackageFeed.Projects.Keys.Select(name => $"Packs {name} {version}."),
            output.Split('\n').Select(line => line.Trim())
                .Where(line => line.StartsWith("Packs ", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Package_Description_IsComplete(string package)
    {
        await feed.PackAsync();
        using ZipArchive archive = feed.Open(package);

        XElement metadata = await ReadMetadataAsync(archive, package);

        Assert.Equal(package, Value(metadata, "id"));
        Assert.Equal(feed.Version, Value(metadata, "version"));
        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.Equal("icon.png", Value(metadata, "icon"));
        Assert.Contains("io_uring", Value(metadata, "tags"), StringComparison.Ordinal);
        Assert.InRange(Value(metadata, "description").Length, 80, 300);
        Assert.NotNull(archive.GetEntry("README.md"));
        Assert.InRange(archive.GetEntry("icon.png")!.Length, 1, 10 * 1024);
    }

    [Theory]
    [MemberData(nameof(Dependencies))]
    public async Task Package_Dependencies_AreThoseBelowInTheSameVersion(
        string package, string[] expected)
    {
        await feed.PackAsync();
        using ZipArchive archive = feed.Open(package);

        XElement metadata = await ReadMetadataAsync(archive, package);

        Assert.Equal(
            expected.Select(name => $"{name} {feed.Version}"),
            metadata.Descendants().Where(node => node.Name.LocalName == "dependency")
                .Select(node => $"{node.Attribute("id")!.Value} {node.Attribute("version")!.Value}")
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Dependencies))]
    public async Task Package_Library_HasDocumentationAndSymbols(
        string package, string[] dependencies)
    {
        Assert.NotNull(dependencies);
        await feed.PackAsync();
        using ZipArchive archive = feed.Open(package);
        using ZipArchive symbols = feed.Open(package, "snupkg");

        Assert.NotNull(archive.GetEntry($"lib/net10.0/{package}.xml"));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{package}.pdb"));
        string assembly = Encoding.Latin1.GetString(
            await ReadAsync(archive, $"lib/net10.0/{package}.dll"));
        Assert.Contains("IsTrimmable", assembly, StringComparison.Ordinal);
        Assert.Contains("IsAotCompatible", assembly, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pack_InAnotherFolder_GivesTheSameAssemblies()
    {
        await feed.PackAsync();
        string other = Path.Combine(feed.Root, "other-feed");
        await feed.PackAsync("another/place/of/the/tree", other);

        foreach (string package in PackageFeed.Projects.Keys)
        {
            using ZipArchive first = feed.Open(package);
            using ZipArchive second = ZipFile.OpenRead(
                Path.Combine(other, $"{package}.{feed.Version}.nupkg"));
            string[] assemblies =
            [
                .. first.Entries.Select(entry => entry.FullName)
                    .Where(name => name.EndsWith(".dll", StringComparison.Ordinal)),
            ];
            Assert.NotEmpty(assemblies);
            foreach (string name in assemblies)
            {
                byte[] expected = await ReadAsync(first, name);
                byte[] actual = await ReadAsync(second, name);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{package}: {name} differs.");
            }
        }
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(node => node.Name.LocalName == name).Value;

    private static async Task<XElement> ReadMetadataAsync(ZipArchive archive, string package)
    {
        using var stream = new MemoryStream(await ReadAsync(archive, $"{package}.nuspec"));
        return XDocument.Load(stream).Root!.Elements()
            .Single(node => node.Name.LocalName == "metadata");
    }

    private static async Task<byte[]> ReadAsync(ZipArchive archive, string name)
    {
        await using Stream stream = await archive.GetEntry(name)!.OpenAsync();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
