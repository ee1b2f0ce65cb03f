using System.Globalization;

namespace Sluice.Tool.Top;

/// <summary>Numbers for narrow columns.</summary>
internal static class TopFormat
{
    private static readonly string[] s_sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Count(double value) => value switch
    {
        >= 1e9 => Text(value / 1e9, "0.00 G"),
        >= 1e6 => Text(value / 1e6, "0.00 M"),
        >= 1e5 => Text(value / 1e3, "0 k"),
        >= 1e4 => Text(value / 1e3, "0.0 k"),
        >= 100 => Text(value, "0"),
        _ => Text(value, "0.#"),
    };

    public static string Bytes(double value)
    {
        int unit = 0;
        while (value >= 1000 && unit < s_sizes.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return Text(value, unit == 0 || value >= 100 ? "0 " : "0.0 ") + s_sizes[unit];
    }

    public static string BytesPerSecond(double value) => $"{Bytes(value)}/s";

    public static string Ratio(double value) => Text(value, value < 10 ? "0.00" : "0.0");

    public static string Percent(double value) => Text(100 * value, "0' %'");

    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalDays >= 1
            ? Text(time.Days, "0'd '") + Text(time.Hours, "0'h'")
            : time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
    }

    private static string Text(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
