using System.IO.MemoryMappedFiles;

namespace Sluice.Memory;

/// <summary>Memory of an object of the operating system that other processes can map.</summary>
internal sealed unsafe class SharedSource : NativeSource
{
    public static readonly SharedSource Instance = new();

    private SharedSource()
    {
    }

    /// <summary>Creates an object without a name and maps it. Its bytes are zero.</summary>
    /// <param name="size">Bytes; zero is an address without bytes.</param>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static NativeAllocation Allocate(nuint size)
    {
        // An object of no bytes cannot be mapped; one of a byte can.
        var file = MemoryMappedFile.CreateNew(mapName: null, checked((long)Math.Max(size, 1)));
        try
        {
            MemoryMappedViewAccessor view = file.CreateViewAccessor();
            byte* address = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            var mapping = new Mapping(file, view);
            return new NativeAllocation((nint)address, size, (nint)address, mapping);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override void Free(in NativeAllocation memory) => ((Mapping)memory.Cookie!).Dispose();

    private sealed class Mapping(MemoryMappedFile file, MemoryMappedViewAccessor view) : IDisposable
    {
        public void Dispose()
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }
}
