using System.Text.RegularExpressions;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>Rules for every text file. Each yields "line: what is wrong".</summary>
internal static partial class TextRules
{
    private const int SizeMax = 256 * 1024;
    private const int PictureSizeMax = 200 * 1024;

    /// <summary>
    /// NuGet shows no other icon than a bitmap. It is drawn from the SVG beside it, and small.
    /// </summary>
    private const string Icon = "src/icon.png";
    private const int IconSizeMax = 10 * 1024;

    /// <summary>
    /// No binaries, but pictures of what cannot be shown in words, of a bounded size.
    /// </summary>
    public static IEnumerable<string> NoBinary(TidyFile file)
    {
        if (IsPicture(file))
        {
            if (file.Size > PictureSizeMax)
                yield return $"{file.Size} bytes; {PictureSizeMax} is the most for a picture";
            yield break;
        }

        bool isIcon = file.Path == Icon && file.Size <= IconSizeMax;
        if (file.IsBinary && !isIcon)
            yield return "a NUL byte: binaries are built, not committed";
        bool isResult = file.Path.StartsWith("bench/results/", StringComparison.Ordinal);
        if (file.Size > SizeMax && !isResult)
            yield return $"{file.Size} bytes; {SizeMax} is the most outside bench/results/";
    }

    public static IEnumerable<string> NoStrayBlanks(TidyFile file)
    {
        if (file.Size > 0 && !file.Text.EndsWith('\n'))
            yield return "the last line has no newline";

        foreach ((int number, string line) in Numbered(file))
        {
            if (line.EndsWith('\r'))
                yield return $"{number}: CRLF line end";
            else if (line.EndsWith(' ') || line.EndsWith('\t'))
                yield return $"{number}: trailing blank";
            if (line.TrimEnd('\r').TrimEnd().Contains('\t') && !AllowsTabs(file))
                yield return $"{number}: tab";
        }
    }

    public static IEnumerable<string> NoUnnumberedTask(TidyFile file) => Matches(
        file, UnnumberedTask(), "a task without an issue number: write it as " + "TO" + "DO(#12)");

    public static IEnumerable<string> NoMachinePath(TidyFile file) => Matches(
        file, MachinePath(), "a path that exists on one machine only");

    internal static IEnumerable<(int Number, string Line)> Numbered(TidyFile file) =>
        file.Lines.Select((line, index) => (index + 1, line));

    internal static IEnumerable<string> Matches(TidyFile file, Regex pattern, string complaint) =>
        Numbered(file)
            .Where(entry => pattern.IsMatch(entry.Line))
            .Select(entry => $"{entry.Number}: {complaint}");

    private static bool IsPicture(TidyFile file) =>
        file.Path.StartsWith("docs/images/", StringComparison.Ordinal)
        && file.Path.EndsWith(".png", StringComparison.Ordinal)
        && file.IsBinary;

    private static bool AllowsTabs(TidyFile file) =>
        System.IO.Path.GetFileName(file.Path) == "Makefile";

    [GeneratedRegex(@"\b(TO[D]O|FIXM[E]|HAC[K])\b(?!\(#\d+\))")]
    private static partial Regex UnnumberedTask();

    [GeneratedRegex(@"(?<![\w.~}])/(work|root|home/\w+)/")]
    private static partial Regex MachinePath();
}
