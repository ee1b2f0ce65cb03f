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

    /// <summary>Takes every descriptor that is left, until disposal.</summary>
    public static IDisposable TakeAll()
    {
        var taken = new Taken();
        while (Duplicate(0) is >= 0 and var fd)
            taken.Descriptors.Add(fd);
        return taken;
    }

    public void Dispose() => Require(SetLimit(RlimitNofile, in _before));

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limits limits);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int fd);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    private static void Require(int result)
    {
        if (result != 0)
            throw new InvalidOperationException("The limit could not be set.");
    }

    private sealed class Taken : IDisposable
    {
        public List<int> Descriptors { get; } = [];

        public void Dispose() => Descriptors.ForEach(static fd => _ = Close(fd));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
