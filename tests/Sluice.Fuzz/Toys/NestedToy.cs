namespace Sluice.Fuzz.Toys;

/// <summary>
/// Code with a defect behind four conditions. Guessing finds it once in four thousand million;
/// feedback of what has run finds it one byte after the other.
/// </summary>
internal static class NestedToy
{
    public static int Parse(ReadOnlySpan<byte> input)
    {
        if (input.Length < 4)
            return 0;
        if (input[0] != 'T')
            return 1;
        if (input[1] != 0xC3)
            return 2;
        if (input[2] != 'y')
            return 3;
        if (input[3] != 0x99)
            return 4;
        throw new InvalidOperationException("The defect.");
    }
}
