using System.Runtime.InteropServices;

namespace Sluice.Memory.Interop;

/// <summary>Where memory lies on a machine with more than one memory node (Linux).</summary>
internal static unsafe class NumaNode
{
    private const string OnlineNodes = "/sys/devices/system/node/online";

    /// <summary>True if the kernel lists more than one node: "0-1" or "0,2".</summary>
    public static bool HasSeveral()
    {
        try
        {
            return File.Exists(OnlineNodes)
                && File.ReadAllText(OnlineNodes).AsSpan().ContainsAny('-', ',');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The node of the processor that runs this thread, or -1.</summary>
    public static int OfCurrentThread()
    {
        nint number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 309,
            Architecture.Arm64 => 168,
            _ => -1,
        };
        uint node = 0;
        bool isKnown = number >= 0 && Libc.Syscall(number, 0, (nint)(&node), 0, 0, 0, 0) == 0;
        return isKnown ? (int)node : -1;
    }

    /// <summary>
    /// Asks for pages of that node, others if it is full. False if the kernel refused.
    /// </summary>
    public static bool Prefer(nint address, nuint length, int node)
    {
        const int MaskBits = 1024;
        nint number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 237,
            Architecture.Arm64 => 235,
            _ => -1,
        };
        if (number < 0 || (uint)node >= MaskBits)
            return false;

        ulong* mask = stackalloc ulong[MaskBits / 64];
        new Span<ulong>(mask, MaskBits / 64).Clear();
        mask[node / 64] = 1UL << (node % 64);
        return Libc.Syscall(
            number, address, (nint)length, Libc.MPOL_PREFERRED, (nint)mask, MaskBits + 1, 0) == 0;
    }
}
