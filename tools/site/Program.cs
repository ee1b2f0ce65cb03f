namespace Sluice.Site;

/// <summary>
/// Makes a static site of the guides and of the API documentation. A link that leads nowhere fails
/// it.
/// </summary>
/// <remarks>dotnet run --project tools/site -- out/</remarks>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [var output] || output.StartsWith('-'))
        {
            Console.Error.WriteLine("usage: dotnet run --project tools/site -- FOLDER");
            return 2;
        }

        var site = new SiteBuilder(FindRoot(), Path.GetFullPath(output));
        int pages = site.Build();
        foreach (string problem in site.Problems)
            Console.Error.WriteLine(problem);
        Console.WriteLine($"{pages} pages in {Path.GetFullPath(output)}");
        return site.Problems.Count == 0 ? 0 : 1;
    }

    private static string FindRoot()
    {
        string? folder = Environment.CurrentDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Run it inside the repository.");
    }
}
