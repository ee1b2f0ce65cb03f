using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Fuzz.Targets.Proxy;

/// <summary>Addresses as RFC 4291 (2.2) has them, read as plainly as can be.</summary>
internal static partial class Inet6Text
{
    private const int LengthMax = 39;
    private const int Groups = 8;

    /// <returns>Its four bytes; null if it is no address.</returns>
    public static byte[]? ReadInet4(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 4 || !Array.TrueForAll(parts, static part => Decimal().IsMatch(part)))
            return null;

        int[] numbers =
            [.. parts.Select(static part => int.Parse(part, CultureInfo.InvariantCulture))];
        return Array.TrueForAll(numbers, static number => number <= 255)
            ? [.. numbers.Select(static number => (byte)number)]
            : null;
    }

    /// <returns>Its sixteen bytes; null if it is no address.</returns>
    public static byte[]? Read(string text)
    {
        string[] halves = text.Split("::");
        if (text.Length > LengthMax || halves.Length > 2)
            return null;

        bool isShort = halves.Length == 2;
        ushort[]? head = ReadGroups(halves[0], mayHaveInet4: !isShort);
        ushort[]? tail = isShort ? ReadGroups(halves[1], mayHaveInet4: true) : [];
        if (head is null || tail is null)
            return null;

        // "::" stands for one group of zeros at least.
        int count = head.Length + tail.Length;
        if (isShort ? count >= Groups : count != Groups)
            return null;
        ushort[] all = [.. head, .. new ushort[Groups - count], .. tail];
        return [.. all.SelectMany(static group => (byte[])[(byte)(group >> 8), (byte)group])];
    }

    private static ushort[]? ReadGroups(string text, bool mayHaveInet4)
    {
        if (text.Length == 0)
            return [];

        string[] parts = text.Split(':');
        var groups = new List<ushort>();
        for (int i = 0; i < parts.Length; i++)
        {
            if (Group().IsMatch(parts[i]))
            {
                groups.Add(ushort.Parse(
                    parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                continue;
            }

            byte[]? inet4 = i == parts.Length - 1 && mayHaveInet4 ? ReadInet4(parts[i]) : null;
            if (inet4 is null)
                return null;
            groups.Add((ushort)((inet4[0] << 8) | inet4[1]));
            groups.Add((ushort)((inet4[2] << 8) | inet4[3]));
        }

        return [.. groups];
    }

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]{0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Group();
}
