using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>Makes objects by the first backend that works.</summary>
internal sealed class SharedMemoryFactory
{
    private readonly ISharedMemorySystem? _system;
    private readonly ISharedMemoryMaker[] _makers;

    /// <param name="system">The calls of Linux; null to use .NET's own classes alone.</param>
    public SharedMemoryFactory(ISharedMemorySystem? system)
    {
        _system = system;
        _makers = system is null
            ? []
            : [new MemfdMaker(system), new PosixShmMaker(system), new TemporaryFileMaker(system)];
    }

    public static SharedMemoryFactory Default { get; } = new(
        OperatingSystem.IsLinux() ? LinuxSharedMemorySystem.Instance : null);

    public SharedMemory Create(long size, SharedMemoryOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if ((uint)options.Backend > (uint)SharedMemoryBackend.TemporaryFile)
            throw new ArgumentOutOfRangeException(nameof(options), "No such backend.");
        if (_system is null)
            return CreatePortable(size, options);

        List<SharedMemoryException> failures = [];
        foreach (ISharedMemoryMaker maker in _makers)
        {
            if (options.Backend != SharedMemoryBackend.Auto && options.Backend != maker.Backend)
                continue;

            int result = maker.TryMake(size, options, out MadeObject made);
            if (result == 0)
            {
                bool takesSpace = made.HasHugePages
                    || (maker.Backend != SharedMemoryBackend.Memfd && !options.IsSparse);
                return new SharedMemory(
                    new LinuxObject(made.Handle!, _system, takesSpace),
                    maker.Backend,
                    made.HasHugePages);
            }

            failures.Add(new SharedMemoryException(
                $"Creating {size} bytes of shared memory by {maker.Backend}", -result));
        }

        // The last one is the most general; what the others said goes with it.
        throw failures.Count == 1
            ? failures[0]
            : new SharedMemoryException(
                string.Join(" ", failures.Select(static failure => failure.Message)), failures[^1]);
    }

    public SharedMemory Open(SafeFileHandle handle, SharedMemoryRequirements requirements)
    {
        SharedMemoryObject found;
        if (_system is null)
        {
            found = new PortableObject(handle);
        }
        else
        {
            found = new LinuxObject(handle, _system, takesSpace: false);
            int result = _system.Stat((int)handle.DangerousGetHandle(), out FileFacts facts);
            if (result < 0)
                throw new SharedMemoryException("Opening shared memory", -result);
            if (!facts.IsRegular)
                throw Refusal("type", "it is no file");
        }

        Check(found, requirements);
        return new SharedMemory(found, SharedMemoryBackend.Auto, isHuge: false);
    }

    private static void Check(SharedMemoryObject found, SharedMemoryRequirements requirements)
    {
        SharedMemorySeals missing = requirements.Seals & ~found.Seals;
        if (missing != SharedMemorySeals.None)
            throw Refusal("seals", $"{missing} is missing");

        // After the seals: a size that cannot shrink any more stays what it is found to be.
        long size = found.Size;
        if (size < requirements.SizeMin || size > requirements.SizeMax)
        {
            throw Refusal(
                "size", $"{size} is not in {requirements.SizeMin} to {requirements.SizeMax}");
        }
    }

    private static SharedMemoryException Refusal(string check, string why) =>
        new($"The shared memory object was refused by its {check}: {why}.");

    private static SharedMemory CreatePortable(long size, SharedMemoryOptions options)
    {
        if (options.Backend is SharedMemoryBackend.Memfd or SharedMemoryBackend.PosixShm)
            throw new PlatformNotSupportedException($"There is no {options.Backend} here.");

        try
        {
            PortableObject made = PortableObject.Create(size, options);
            return new SharedMemory(made, SharedMemoryBackend.TemporaryFile, isHuge: false);
        }
        catch (Exception failure) when (failure
            is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new SharedMemoryException(
                $"Creating {size} bytes of shared memory by a temporary file: {failure.Message}",
                failure);
        }
    }
}
