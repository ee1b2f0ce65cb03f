using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>A temporary file, through the classes of .NET alone: for every other system.</summary>
internal sealed unsafe class PortableObject : SharedMemoryObject
{
    public PortableObject(SafeFileHandle handle)
        : base(handle)
    {
    }

    public override long Size => RandomAccess.GetLength(Handle);

    public override SharedMemorySeals Seals => SharedMemorySeals.None;

    public override NativeSource Mapper => ViewMapper.Instance;

    /// <summary>Makes a file that is deleted when it is closed.</summary>
    public static PortableObject Create(long size, SharedMemoryOptions options)
    {
        string directory = options.TemporaryDirectory ?? Path.GetTempPath();
        string name = "sluice-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        SafeFileHandle handle = File.OpenHandle(
            Path.Combine(directory, name),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.DeleteOnClose);
        try
        {
            RandomAccess.SetLength(handle, size);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new PortableObject(handle);
    }

    public override void Resize(long size) => RandomAccess.SetLength(Handle, size);

    public override void Seal(SharedMemorySeals seals) =>
        throw new PlatformNotSupportedException("Seals are a matter of Linux.");

    public override NativeAllocation Map(long offset, long length, SharedMemoryAccess access)
    {
        MemoryMappedFileAccess rights = access switch
        {
            SharedMemoryAccess.Read => MemoryMappedFileAccess.Read,
            SharedMemoryAccess.CopyOnWrite => MemoryMappedFileAccess.CopyOnWrite,
            _ => MemoryMappedFileAccess.ReadWrite,
        };
        var file = MemoryMappedFile.CreateFromFile(
            Handle, null, 0, rights, HandleInheritability.None, leaveOpen: true);
        try
        {
            MemoryMappedViewAccessor view = file.CreateViewAccessor(offset, length, rights);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            nint address = (nint)start + (nint)view.PointerOffset;
            return new NativeAllocation(address, (nuint)length, address, new View(file, view));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override void Flush(in NativeAllocation map) => ((View)map.Cookie!).Accessor.Flush();

    // A hint that nobody takes.
    public override void Advise(in NativeAllocation map, SharedMemoryAdvice advice)
    {
    }

    private sealed record View(MemoryMappedFile File, MemoryMappedViewAccessor Accessor);

    private sealed class ViewMapper : NativeSource
    {
        public static readonly ViewMapper Instance = new();

        public override void Free(in NativeAllocation memory)
        {
            var view = (View)memory.Cookie!;
            view.Accessor.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Accessor.Dispose();
            view.File.Dispose();
        }
    }
}
