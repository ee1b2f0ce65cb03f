using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;

namespace Sluice.Tests.Diagnostics;

/// <summary>docs/operations.md beside the events that there are.</summary>
public sealed partial class OperationsGuideTests
{
    [Fact]
    public void Table_EveryEvent_HasItsRowWithItsLevel()
    {
        string[] events =
        [
            .. typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Select(static method => (
                    method.Name, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
                .Where(static found => found.Event is not null)
                .Select(static found => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{found.Event!.EventId} {found.Name} {found.Event.Level}"))
                .Order(StringComparer.Ordinal),
        ];

        string[] rows =
        [
            .. Row().Matches(File.ReadAllText(PathOf()))
                .Select(static row => row.Groups)
                .Select(static row => $"{row["id"]} {row["name"]} {row["level"]}")
                .Order(StringComparer.Ordinal),
        ];

        Assert.NotEmpty(events);
        Assert.Equal(events, rows);
    }

    [Fact]
    public void Table_EveryFailure_SaysWhatToDo()
    {
        string[] silent =
        [
            .. Row().Matches(File.ReadAllText(PathOf()))
                .Where(static row => row.Groups["level"].Value is "Warning" or "Error")
                .Where(static row => row.Groups["advice"].Value.Trim().Length == 0)
                .Select(static row => row.Groups["name"].Value),
        ];

        Assert.Empty(silent);
    }

    [GeneratedRegex(
        @"^\| (?<id>\d+) \| `(?<name>\w+)` \| (?<level>\w+) \| [^|]+ \|(?<advice>[^|]*)\|$",
        RegexOptions.Multiline)]
    private static partial Regex Row();

    private static string PathOf()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "operations.md");
    }
}
