using System.Globalization;

namespace Sluice.Memory.Tests;

/// <summary>What <c>/proc/self/maps</c> says of this process.</summary>
internal static class MemoryMaps
{
    /// <summary>The access of the page with an address, as it stands there, or "none".</summary>
    public static string AccessOf(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ');
            string[] range = parts[0].Split('-');
            if (address >= Hex(range[0]) && address < Hex(range[1]))
                return parts[1];
        }

        return "none";
    }

    private static nint Hex(string text) =>
        nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
