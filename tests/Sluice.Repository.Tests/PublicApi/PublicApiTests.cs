using System.Reflection;
using Sluice.Repository.Tests.Tidy;
using Sluice.Site.Api;

namespace Sluice.Repository.Tests.PublicApi;

/// <summary>
/// The public surface of each package is a text in this folder, so that a change of it is a diff
/// that a reviewer reads. To approve a change, run this test with SLUICE_APPROVE=1.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages =>
    [
        .. Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "src"))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Packages))]
    public void PublicApi_OfPackage_IsTheApprovedText(string package)
    {
        string approvedPath = Path.Combine(
            RepositoryFiles.Root, "tests/Sluice.Repository.Tests/PublicApi", package + ".txt");
        string received = ApiPrinter.Print(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable("SLUICE_APPROVE") == "1")
            File.WriteAllText(approvedPath, received);

        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath) : "";
        if (approved == received)
            return;

        string receivedPath = Path.Combine(AppContext.BaseDirectory, package + ".received.txt");
        File.WriteAllText(receivedPath, received);
        Assert.Fail($"The public API of {package} has changed:\n"
            + $"{LineDiff.Between(approved, received)}\n\nAll of it: {receivedPath}\n"
            + "To approve it: SLUICE_APPROVE=1 dotnet test tests/Sluice.Repository.Tests");
    }
}
