using System.Buffers;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>Bytes that a pin holds, whatever becomes of their buffer.</summary>
internal sealed unsafe class PinnedBytes(MemoryHandle pin, int length, byte pattern)
{
    private MemoryHandle _pin = pin;

    /// <summary>Looks at the bytes a last time and lets them go.</summary>
    public void End()
    {
        Holding.CheckBytes(new ReadOnlySpan<byte>(_pin.Pointer, length), pattern);
        _pin.Dispose();
    }
}
