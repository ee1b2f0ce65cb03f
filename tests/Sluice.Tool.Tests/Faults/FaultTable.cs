namespace Sluice.Tool.Tests.Faults;

/// <summary>A table in docs/reliability.md, between two markers.</summary>
internal sealed class FaultTable(string name, params string[] columns)
{
    private const int HeadLines = 2;

    private readonly string _begin = $"<!-- {name}: begin, written by the tests -->";
    private readonly string _end = $"<!-- {name}: end -->";

    private static string DocumentPath => Path.Combine(FindRoot(), "docs/reliability.md");

    /// <summary>The rows by their first column.</summary>
    public Dictionary<string, string> Read()
    {
        string text = File.ReadAllText(DocumentPath);
        int begin = text.IndexOf(_begin, StringComparison.Ordinal) + _begin.Length;
        int end = text.IndexOf(_end, StringComparison.Ordinal);
        return text[begin..end]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(HeadLines)
            .ToDictionary(static row => row.Split(" | ")[0][2..]);
    }

    /// <summary>Fails if a row says something else, or writes it with SLUICE_APPROVE=1.</summary>
    public void Compare(string first, string[] outcomes, IEnumerable<string> order)
    {
        string row = Row([first, .. outcomes]);
        Dictionary<string, string> rows = Read();
        if (Environment.GetEnvironmentVariable("SLUICE_APPROVE") == "1")
        {
            rows[first] = row;
            Write([.. order.Select(key => rows.GetValueOrDefault(key)).OfType<string>()]);
            return;
        }

        Assert.Equal(rows.GetValueOrDefault(first), row);
    }

    private static string Row(string[] cells) => $"| {string.Join(" | ", cells)} |";

    private void Write(string[] rows)
    {
        string text = File.ReadAllText(DocumentPath);
        int begin = text.IndexOf(_begin, StringComparison.Ordinal);
        int end = text.IndexOf(_end, StringComparison.Ordinal);
        string rule = Row([.. columns.Select(static _ => "---")]);
        string table = string.Join('\n', [_begin, "", Row(columns), rule, .. rows, "", ""]);
        File.WriteAllText(DocumentPath, text[..begin] + table + text[end..]);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The repository was not found.");
    }
}
