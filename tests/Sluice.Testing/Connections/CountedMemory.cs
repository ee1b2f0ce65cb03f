using System.Buffers;
using System.Runtime.InteropServices;

namespace Sluice.Testing.Connections;

/// <summary>Native memory that counts who has pinned it.</summary>
public sealed unsafe class CountedMemory : MemoryManager<byte>
{
    private readonly int _length;
    private readonly byte* _address;
    private int _pins;

    /// <summary>Allocates it, with the bytes given.</summary>
    public CountedMemory(ReadOnlySpan<byte> bytes)
    {
        _length = bytes.Length;
        _address = (byte*)NativeMemory.Alloc((nuint)_length);
        bytes.CopyTo(GetSpan());
    }

    /// <summary>How many pins there are now.</summary>
    public int Pins => Volatile.Read(ref _pins);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_address, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        _ = Interlocked.Increment(ref _pins);
        return new MemoryHandle(_address + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin() => Interlocked.Decrement(ref _pins);

    /// <summary>Frees it.</summary>
    public void Free() => ((IDisposable)this).Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => NativeMemory.Free(_address);
}
