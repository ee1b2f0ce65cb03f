using System.Globalization;

namespace Sluice.Tool.Soak;

/// <summary>How many descriptors a process may have; servers that it starts may have as many.
/// </summary>
internal static class DescriptorLimit
{
    // For bursts, and for what a process has open besides its connections.
    private const int Reserve = 600;

    /// <summary>Refuses more connections than there can be.</summary>
    public static void Require(int connections)
    {
        if (Read() is { } limit && connections + Reserve > limit)
        {
            throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture,
                $"{connections:N0} connections need {connections + Reserve:N0} descriptors, ")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"and the limit is {limit:N0}: raise it (ulimit -n)."));
        }
    }

    // The soft limit: .NET has raised it to the hard one.
    private static long? Read()
    {
        const string Name = "Max open files";
        string? line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(static l => l.StartsWith(Name, StringComparison.Ordinal));
        string? value = line?[Name.Length..].Split(
            ' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(value, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }
}
