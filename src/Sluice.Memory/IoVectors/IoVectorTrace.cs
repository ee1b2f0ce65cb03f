using Sluice.Memory.Interop;

namespace Sluice.Memory;

/// <summary>
/// Finds out who misused an <see cref="IoVector"/>: stacks of allocations and releases, poison,
/// quarantine and guard pages. It is switched on before the process starts and costs nothing
/// while it is off.
/// </summary>
/// <remarks>
/// <para>The switch is the environment variable <c>SLUICE_IOVECTOR_TRACE</c>, or the entry
/// <c>Sluice.Memory.IoVectorTrace</c> of <c>runtimeconfig.json</c>. Its value is a list, separated
/// by commas:</para>
/// <list type="bullet">
/// <item><c>1</c>: every reference has an identity, so that a copy which is used twice is caught
/// even while clones keep the block alive; stacks are recorded.</item>
/// <item><c>stacks=100</c>: record the stacks of one allocation in 100; <c>stacks=0</c>: of
/// none.</item>
/// <item><c>poison</c>: fill released blocks, and look before the next allocation whether
/// somebody has written to them.</item>
/// <item><c>quarantine=64</c>: keep so many released blocks of each size out of use.</item>
/// <item><c>guard</c>: put each vector at the end of its block, and a page behind it that ends
/// the process when it is touched.</item>
/// <item><c>all</c>: all of it, with a quarantine of 64.</item>
/// </list>
/// <para>Every operation takes a lock then. Use it to look for a defect, not in production.</para>
/// </remarks>
public static unsafe class IoVectorTrace
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SLUICE_IOVECTOR_TRACE";

    /// <summary>The entry of the run-time configuration.</summary>
    public const string Setting = "Sluice.Memory.IoVectorTrace";

    // Read once: the compiler takes a static readonly for a constant and leaves out what it
    // switches off.
    private static readonly TraceSettings Settings = TraceSettings.Parse(
        Environment.GetEnvironmentVariable(Variable) ?? AppContext.GetData(Setting) as string);

    private static readonly bool Enabled = Settings.IsEnabled;

    /// <summary>Whether tracing is on.</summary>
    public static bool IsEnabled => Enabled;

    internal static bool HasPoison => Settings.HasPoison;

    internal static int QuarantineCount => Settings.QuarantineCount;

    /// <inheritdoc cref="TraceSettings.GuardPage"/>
    internal static int GuardPage => Settings.GuardPage;

    /// <summary>
    /// A line for each vector of the process that is held, with the thread and the stack of its
    /// allocation. Empty without tracing.
    /// </summary>
    public static string ReportLive() => IsEnabled ? TraceRegistry.ReportLive() : "";

    /// <summary>
    /// The vectors of the process that are held, by the place of their allocation, the most bytes
    /// first. Empty without tracing.
    /// </summary>
    public static string ReportSites() => IsEnabled ? TraceRegistry.ReportSites() : "";

    /// <inheritdoc cref="TraceSettings.HasStack"/>
    internal static bool HasStack(long allocation) => Settings.HasStack(allocation);

    /// <inheritdoc cref="TraceSettings.GuardSize"/>
    internal static int GuardSize(int blockSize) => Settings.GuardSize(blockSize);

    /// <inheritdoc cref="TraceSettings.GuardShift"/>
    internal static int GuardShift(int blockSize, int length, int alignment) =>
        Settings.GuardShift(blockSize, length, alignment);

    /// <summary>Forbids the page at the end of a block.</summary>
    internal static void Guard(byte* end)
    {
        if (Settings.HasGuard && OperatingSystem.IsLinux())
            _ = Libc.Protect((nint)end, (nuint)Environment.SystemPageSize, Libc.PROT_NONE);
    }
}
