using System.Runtime.InteropServices;

namespace Sluice.Diagnostics;

/// <summary>
/// The messages of one end of a channel, counted by whoever uses that end, one at a time. It has
/// cache lines of its own: the two ends may be used by two processors.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * LineSize)]
internal sealed class ChannelCounters
{
    private const int LineSize = 64;

    /// <summary>Messages so far.</summary>
    [FieldOffset(LineSize)]
    public long Messages;
}
