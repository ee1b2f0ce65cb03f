namespace Sluice.Memory.Tests.Shared;

/// <summary>What the kernel says of this process.</summary>
internal static class SharedMemoryProbe
{
    /// <summary>What an object is called; there is no other of that name.</summary>
    public static string NameOf(SharedMemory memory) =>
        new FileInfo(Path(memory.Handle.DangerousGetHandle())).LinkTarget!;

    public static string Path(nint descriptor) => $"/proc/self/fd/{descriptor}";

    /// <summary>The flags that an object was opened with.</summary>
    public static int Flags(SharedMemory memory)
    {
        const string Key = "flags:";
        nint descriptor = memory.Handle.DangerousGetHandle();
        string flags = File.ReadLines($"/proc/self/fdinfo/{descriptor}")
            .First(static line => line.StartsWith(Key, StringComparison.Ordinal));
        return Convert.ToInt32(flags[Key.Length..].Trim(), 8);
    }

    /// <summary>How many descriptors are open of which the target has a part.</summary>
    public static int DescriptorCount(string part) => Directory.GetFiles("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.Contains(part, StringComparison.Ordinal)
            == true);

    /// <summary>How many maps there are of what has such a part in its name.</summary>
    public static int MapCount(string part) => File.ReadLines("/proc/self/maps")
        .Count(line => line.Contains(part, StringComparison.Ordinal));
}
