using System.Runtime.InteropServices;

namespace Sluice.Tests.Processes;

/// <summary>The process's own limit of descriptors, lowered until disposal.</summary>
internal sealed partial class DescriptorLimit : IDisposable
{
    private const int RlimitNofile = 7;
    private readonly Limits _before;

    public DescriptorLimit(ulong max)
    {
        Require(GetLimit(RlimitNofile, out _before));
        var lowered = new Limits { Soft = max, Hard = _before.Hard };
        Require(SetLimit(RlimitNofile, in lowered));
    }

    public void Dispose() => Require(SetLimit(RlimitNofile, in _before));

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limits limits);

    private static void Require(int result)
    {
        if (result != 0)
            throw new InvalidOperationException("The limit could not be set.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
