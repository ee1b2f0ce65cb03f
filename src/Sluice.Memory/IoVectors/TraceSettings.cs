using System.Globalization;

namespace Sluice.Memory;

/// <summary>What <see cref="IoVectorTrace"/> was asked for.</summary>
internal sealed record TraceSettings(
    bool IsEnabled, int StackInterval, bool HasPoison, int QuarantineCount, bool HasGuard)
{
    private const int QuarantineCountDefault = 64;

    public static TraceSettings Parse(string? text)
    {
        var settings = new TraceSettings(false, 1, false, 0, false);
        if (string.IsNullOrWhiteSpace(text) || text is "0")
            return settings;

        settings = settings with { IsEnabled = true };
        foreach (string part in text.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            settings = settings.With(part);
        }

        return settings;
    }

    /// <summary>The bytes behind a block that nobody may touch.</summary>
    public int GuardPage => HasGuard ? Environment.SystemPageSize : 0;

    /// <summary>Whether the stacks of an allocation are recorded.</summary>
    /// <param name="allocation">How many there were before it.</param>
    public bool HasStack(long allocation) => StackInterval > 0 && allocation % StackInterval == 0;

    /// <summary>What a block needs beside its own size: whole pages, and the guard.</summary>
    public int GuardSize(int blockSize)
    {
        if (!HasGuard)
            return 0;

        int page = Environment.SystemPageSize;
        int pages = (blockSize + page - 1) / page;
        return ((pages + 1) * page) - blockSize;
    }

    /// <summary>How far into the block a vector starts so that it ends where the block does.
    /// </summary>
    public int GuardShift(int blockSize, int length, int alignment) =>
        HasGuard ? (blockSize - length) & -Math.Max(alignment, 8) : 0;

    private TraceSettings With(string part)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? part : part[..equals];
        bool hasNumber = int.TryParse(
            part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int n);
        return name switch
        {
            "stacks" when hasNumber => this with { StackInterval = n },
            "poison" => this with { HasPoison = true },
            "quarantine" => this with { QuarantineCount = hasNumber ? n : QuarantineCountDefault },
            "guard" => this with { HasGuard = true },
            "all" => new(true, 1, true, QuarantineCountDefault, true),
            _ => this,
        };
    }
}
