using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>How a file is opened: <c>struct open_how</c> of <c>openat2(2)</c>.</summary>
/// <param name="Flags">The flags of <c>open(2)</c>.</param>
/// <param name="Mode">The permissions of a new file; 0 if none is made.</param>
/// <param name="Resolve">How the path may resolve (<c>RESOLVE_*</c>).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct OpenHow(ulong Flags, ulong Mode, ulong Resolve);
