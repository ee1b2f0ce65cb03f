namespace Sluice.Memory;

/// <summary>A buffer over native memory of a <see cref="BufferScope"/>.</summary>
/// <remarks>
/// The memory goes when the scope is left, and every later use throws
/// <see cref="ObjectDisposedException"/>. Disposing the buffer earlier ends this object alone:
/// its memory and its slices go with the scope. Otherwise ownership, threads and errors are those
/// of <see cref="PlatformBuffer"/>.
/// </remarks>
public sealed class ScopedBuffer : PlatformBuffer, INativeMemoryAccess
{
    internal ScopedBuffer(BufferMemory region, nint address, int size)
        : base(region, null, address, size, isView: true)
    {
    }

    /// <inheritdoc/>
    public override AllocationZone Zone => AllocationZone.Direct;

    /// <inheritdoc/>
    public nint NativeAddress => Origin;

    /// <inheritdoc/>
    public nuint NativeSize => (nuint)Capacity;

    private protected override PlatformBuffer CreateView(
        BufferMemory memory, nint origin, int length, bool isView) =>
        new ScopedBuffer(memory, origin, length);
}
