using System.Text.RegularExpressions;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>Rules for C# files and their projects. Each yields "line: what is wrong".</summary>
internal static partial class CSharpRules
{
    private const int ColumnsMax = 100;
    private const int LinesMax = 400;

    public static IEnumerable<string> LineLength(TidyFile file) =>
        TextRules.Numbered(file)
            .Where(entry => file.IsCSharp && entry.Line.Length > ColumnsMax)
            .Select(entry => $"{entry.Number}: {entry.Line.Length} columns; {ColumnsMax} fit");

    /// <summary>A file above the limit says why in its first comment, after "Long:".</summary>
    public static IEnumerable<string> FileLength(TidyFile file)
    {
        string[] lines = file.Lines;
        if (file.IsCSharp && lines.Length > LinesMax && !LongReason().IsMatch(lines[0]))
        {
            yield return $"{lines.Length} lines; above {LinesMax} "
                + "the first line gives the reason: // Long: ...";
        }
    }

    public static IEnumerable<string> NoConsole(TidyFile file) =>
        IsUnder(file, "src/")
            ? TextRules.Matches(file, ConsoleUse(), "src/ logs, it never writes to the console")
            : [];

    /// <summary>
    /// With file-scoped namespaces (the build demands them) a top-level type starts at column 0.
    /// </summary>
    public static IEnumerable<string> OneTypeNamedLikeTheFile(TidyFile file)
    {
        if (!IsUnder(file, "src/") && !IsUnder(file, "tools/"))
            yield break;

        string expected = Path.GetFileNameWithoutExtension(file.Path);
        string[] types =
            [.. TopLevelType().Matches(file.Text).Select(match => match.Groups["name"].Value)];
        if (types.Length > 1)
            yield return $"{types.Length} types ({string.Join(", ", types)}); a file is one type";
        if (types.Length > 0 && !types.Contains(expected))
            yield return $"the type is {types[0]}, the file is {expected}.cs";
    }

    public static IEnumerable<string> SuppressionsHaveReasons(TidyFile file)
    {
        string[] lines = file.Lines;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            bool isBarePragma = file.IsCSharp && BarePragma().IsMatch(line);
            bool isBareNoWarn = IsProject(file) && line.Contains("<NoWarn>")
                && (i == 0 || !lines[i - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal));
            if (isBarePragma || isBareNoWarn || (file.IsCSharp && IsBareAttribute(lines, i)))
                yield return $"{i + 1}: a suppression without its reason beside it";
        }
    }

    private static bool IsUnder(TidyFile file, string folder) =>
        file.IsCSharp && file.Path.StartsWith(folder, StringComparison.Ordinal);

    private static bool IsProject(TidyFile file) =>
        file.Path.EndsWith(".csproj", StringComparison.Ordinal)
        || file.Path.EndsWith(".props", StringComparison.Ordinal);

    private static bool IsBareAttribute(string[] lines, int index)
    {
        if (!SuppressAttribute().IsMatch(lines[index]))
            return false;

        // An attribute may be wrapped; it ends with the first line that closes its bracket.
        for (int i = index; i < lines.Length; i++)
        {
            if (Justification().IsMatch(lines[i]))
                return false;
            if (lines[i].TrimEnd().EndsWith(']'))
                break;
        }

        return true;
    }

    [GeneratedRegex(@"^// Long: \w.{10,}")]
    private static partial Regex LongReason();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out|Read|In|Open|Set)")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|readonly|ref|unsafe|partial) )*"
        + @"(?:class|interface|enum|record struct|record class|record|struct|delegate \S+) "
        + @"(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^\s*#pragma warning[ ]disable[\w\s,]*$")]
    private static partial Regex BarePragma();

    [GeneratedRegex(@"^\s*\[.*\b(Unconditional)?Suppress[M]essage(Attribute)?\(")]
    private static partial Regex SuppressAttribute();

    [GeneratedRegex("Justification = \"[^\"]{5,}")]
    private static partial Regex Justification();
}
