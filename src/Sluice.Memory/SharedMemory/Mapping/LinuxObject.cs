using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>An object of Linux.</summary>
/// <param name="handle">Its descriptor, which it closes.</param>
/// <param name="system">The calls.</param>
/// <param name="takesSpace">
/// Whether growing takes the space at once: touching a page for which there is none would end the
/// process.
/// </param>
internal sealed class LinuxObject(
    SafeFileHandle handle, ISharedMemorySystem system, bool takesSpace)
    : SharedMemoryObject(handle)
{
    private const int PROT_READ = 1;
    private const int PROT_WRITE = 2;
    private const int MAP_SHARED = 1;
    private const int MAP_PRIVATE = 2;
    private const int EINVAL = 22;

    private readonly LinuxMapper _mapper = new(system);

    public override long Size
    {
        get
        {
            FileFacts facts = default;
            Call("The size of a shared memory object", fd => system.Stat(fd, out facts));
            return facts.Size;
        }
    }

    public override SharedMemorySeals Seals
    {
        get
        {
            // What cannot be sealed answers EINVAL: it has none.
            int seals = WithDescriptor(system.GetSeals);
            return seals == -EINVAL
                ? SharedMemorySeals.None
                : (SharedMemorySeals)Check("Reading seals", seals);
        }
    }

    public override NativeSource Mapper => _mapper;

    public override void Resize(long size)
    {
        long before = Size;
        Call($"Resizing shared memory to {size} bytes", fd =>
        {
            int result = ObjectSize.TrySet(
                system, fd, size, isSparse: !takesSpace || size <= before);
            if (result != 0 && size > before)
                _ = system.Truncate(fd, before);
            return result;
        });
    }

    public override void Seal(SharedMemorySeals seals) =>
        Call($"Sealing ({seals})", fd => system.AddSeals(fd, (int)seals));

    public override NativeAllocation Map(long offset, long length, SharedMemoryAccess access)
    {
        // The kernel maps from a page; huge pages would do with less, but not with more.
        long page = Environment.SystemPageSize;
        long lead = offset % page;
        nuint whole = checked((nuint)(length + lead));
        int protection = access == SharedMemoryAccess.Read ? PROT_READ : PROT_READ | PROT_WRITE;
        int flags = access == SharedMemoryAccess.CopyOnWrite ? MAP_PRIVATE : MAP_SHARED;
        nint origin = 0;
        Call($"Mapping {length} bytes", fd =>
        {
            origin = system.Map(whole, protection, flags, fd, offset - lead);
            return origin is < 0 and > -4096 ? (int)origin : 0;
        });
        return new NativeAllocation(origin + (nint)lead, (nuint)length, origin, null);
    }

    public override void Flush(in NativeAllocation map) => Check(
        "Flushing shared memory", system.Sync(map.Origin, LinuxMapper.Length(map)));

    public override void Advise(in NativeAllocation map, SharedMemoryAdvice advice) => Check(
        $"Advice ({advice})",
        system.Advise(map.Origin, LinuxMapper.Length(map), advice switch
        {
            SharedMemoryAdvice.Normal => 0,
            SharedMemoryAdvice.Random => 1,
            SharedMemoryAdvice.Sequential => 2,
            SharedMemoryAdvice.WillNeed => 3,
            SharedMemoryAdvice.HugePages => 14,
            _ => throw new ArgumentOutOfRangeException(nameof(advice), advice, "No such advice."),
        }));

    private static int Check(string what, int result) =>
        result < 0 ? throw new SharedMemoryException(what, -result) : result;

    private void Call(string what, Func<int, int> call) => Check(what, WithDescriptor(call));

    // The handle is held meanwhile: a dispose on another thread must not give the number away.
    private int WithDescriptor(Func<int, int> call)
    {
        bool isHeld = false;
        try
        {
            Handle.DangerousAddRef(ref isHeld);
            return call((int)Handle.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
                Handle.DangerousRelease();
        }
    }
}
