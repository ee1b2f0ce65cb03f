using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Memory;
using Sluice.Uring.Interop;

namespace Sluice.Ipc.Channels;

/// <summary>
/// A channel's object and this process's map of it, which stays while anybody has a reference.
/// </summary>
/// <remarks>
/// With the last reference the map is replaced, in one step, by memory of zeros that belongs to
/// this process alone; the addresses are given back when nothing refers to this any more. So a
/// dispose beside a call on another thread, and memory of a message that was kept too long, read
/// zeros and do not end the process; and the reading of an empty ring costs no check for it.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ChannelMemory
{
    private const SharedMemorySeals Seals =
        SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.Seal;

    private readonly SharedMemory _memory;
    private readonly byte* _address;
    private int _references = 1;

    private ChannelMemory(
        SharedMemory memory, in ChannelGeometry geometry, bool isReadOnly = false)
    {
        _memory = memory;
        Geometry = geometry;
        int protection = isReadOnly ? Libc.PROT_READ : Libc.PROT_READ | Libc.PROT_WRITE;
        int fd = (int)memory.Handle.DangerousGetHandle();
        nint address = Libc.Map(0, (nuint)geometry.Size, protection, Libc.MAP_SHARED, fd, 0);
        if (address == Libc.MAP_FAILED)
        {
            int errno = Marshal.GetLastPInvokeError();
            GC.SuppressFinalize(this);
            throw new SharedMemoryException($"Mapping {geometry.Size} bytes", errno);
        }

        _address = (byte*)address;
    }

#pragma warning disable MA0055 // The addresses outlive the last reference; nobody else can tell.
    ~ChannelMemory()
#pragma warning restore MA0055
    {
        // It runs as well if the constructor did not come to the map.
        if (_address != null)
            _ = Libc.Unmap((nint)_address, (nuint)Geometry.Size);
    }

    public ChannelGeometry Geometry { get; }

    /// <summary>The descriptor, to be sent.</summary>
    public SafeFileHandle Handle => _memory.Handle;

    /// <summary>Makes an object.</summary>
    public static ChannelMemory Create(in ChannelGeometry geometry)
    {
        SharedMemory memory = SharedMemory.Create(
            geometry.Size,
            new SharedMemoryOptions
            {
                Backend = SharedMemoryBackend.Memfd,
                Name = "sluice-channel",
            });
        try
        {
            var made = new ChannelMemory(memory, geometry);
            made.WriteHeader();

            // A map that exists when its object is sealed against future writing may go on.
            memory.Seal(geometry.Kind == ChannelKind.Broadcast
                ? Seals | SharedMemorySeals.FutureWrite
                : Seals);
            return made;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Takes over the object of a peer, if it is one.</summary>
    /// <param name="handle">Its descriptor; closed if it is refused.</param>
    /// <param name="kind">What it must hold.</param>
    /// <exception cref="SharedChannelException">It is not; the check is named.</exception>
    public static ChannelMemory Open(SafeFileHandle handle, ChannelKind kind)
    {
        try
        {
            // Pages of a huge object can be taken away by its maker, and none may be left.
            long* facts = stackalloc long[32];
            if (ChannelLibc.FileSystemOf(handle, facts) != 0
                || (uint)facts[0] == ChannelLibc.HugeFileSystem)
            {
                throw new SharedChannelException("type", "it is made of huge pages");
            }

            SharedMemory memory = SharedMemory.Open(
                handle,
                new SharedMemoryRequirements
                {
                    Seals = Seals,
                    SizeMin = ChannelLayout.HeaderSize,
                });
            ChannelGeometry geometry = ReadHeader(memory, kind);
            return new ChannelMemory(memory, geometry, kind == ChannelKind.Broadcast);
        }
        catch (SharedMemoryException error)
        {
            handle.Dispose();
            throw new SharedChannelException("object", error.Message, error);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public byte* At(long offset) => _address + offset;

    public ref uint Word(long offset) => ref *(uint*)(_address + offset);

    public WakeWord Wake(long offset) => new((uint*)(_address + offset));

    public byte* Ring(int lane) =>
        _address + ChannelLayout.Rings(Geometry.LaneCount) + (Geometry.Capacity * lane);

    /// <summary>A ring as memory.</summary>
    public Memory<byte> RingMemory(int lane) => new ChannelSpace(this, lane).Memory;

    /// <summary>One more reference, unless the last one has gone.</summary>
    public bool TryHold()
    {
        int references = Volatile.Read(ref _references);
        while (references != 0)
        {
            int found = Interlocked.CompareExchange(
                ref _references, references + 1, references);
            if (found == references)
                return true;
            references = found;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;

        const int MAP_FIXED = 0x10;
        const int MAP_NORESERVE = 0x4000;
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE;
        _ = Libc.Map((nint)_address, (nuint)Geometry.Size, Protection, Flags, -1, 0);
        _memory.Dispose();
    }

    private static ChannelGeometry ReadHeader(SharedMemory memory, ChannelKind kind)
    {
        // Copied first: what is checked is what is used.
        using SharedMemoryMap page =
            memory.Map(0, ChannelLayout.HeaderSize, SharedMemoryAccess.Read);
        var words = new ReadOnlySpan<uint>((void*)page.NativeAddress, 8).ToArray();
        ulong magic = words[0] | ((ulong)words[1] << 32);
        if (magic != ChannelLayout.Magic)
            throw new SharedChannelException("magic", $"{magic:X16} is not that of a channel");
        if (words[2] != ChannelLayout.Version)
        {
            throw new SharedChannelException(
                "version", $"it is {words[2]}, and {ChannelLayout.Version} is understood");
        }

        if (words[3] != (uint)kind)
            throw new SharedChannelException("kind", $"it is {words[3]}, not {kind}");

        var geometry = new ChannelGeometry(
            kind,
            (int)Math.Min(words[4], int.MaxValue),
            (int)Math.Min(words[5], int.MaxValue),
            (long)(words[6] | ((ulong)words[7] << 32)));
        if (geometry.FindFault() is { } fault)
            throw new SharedChannelException("geometry", $"it has {fault}");
        long size = memory.Size;
        if (geometry.Size != size)
        {
            throw new SharedChannelException(
                "size", $"it has {size} bytes, and its geometry needs {geometry.Size}");
        }

        return geometry;
    }

    private void WriteHeader()
    {
        var words = new Span<uint>(_address, 8);
        words[0] = unchecked((uint)ChannelLayout.Magic);
        words[1] = (uint)(ChannelLayout.Magic >> 32);
        words[2] = ChannelLayout.Version;
        words[3] = (uint)Geometry.Kind;
        words[4] = (uint)Geometry.LaneCount;
        words[5] = (uint)Geometry.Alignment;
        words[6] = (uint)Geometry.Capacity;
        words[7] = (uint)(Geometry.Capacity >> 32);
    }
}
