namespace Sluice.Memory;

/// <summary>Whether buffers are traced, for finding those who do not keep to the rules.</summary>
/// <remarks>
/// Set the environment variable <c>SLUICE_BUFFER_TRACE=1</c>, or the <c>AppContext</c> switch
/// <see cref="SwitchName"/>, before the first buffer is made. It is read once; switched off it
/// costs nothing, because the JIT removes what stands behind it. Switched on, a leak report has
/// the stack of the allocation, freed memory is overwritten, native memory ends at a page that
/// nobody may touch, and a pool gives out a new object for each rental.
/// </remarks>
public static class BufferTrace
{
    /// <summary>The name of the <c>AppContext</c> switch.</summary>
    public const string SwitchName = "Sluice.Memory.BufferTrace";

    /// <summary>The value of each byte of memory that was freed.</summary>
    public const byte Poison = 0xDD;

    private static readonly bool s_isEnabled =
        (AppContext.TryGetSwitch(SwitchName, out bool isOn) && isOn)
        || Environment.GetEnvironmentVariable("SLUICE_BUFFER_TRACE") == "1";

    /// <summary>Whether tracing is on in this process.</summary>
    public static bool IsEnabled => s_isEnabled;
}
