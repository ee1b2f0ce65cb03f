namespace Sluice.Memory;

/// <summary>Memory of somebody else, who is told when it is no longer used.</summary>
internal sealed class BorrowedSource : NativeSource
{
    public static readonly BorrowedSource Instance = new();

    private BorrowedSource()
    {
    }

    public static NativeAllocation Allocate(
        nint address, nuint size, Action<nint, nuint>? release) =>
        new(address, size, address, release);

    public override void Free(in NativeAllocation memory) =>
        ((Action<nint, nuint>?)memory.Cookie)?.Invoke(memory.Address, memory.Size);
}
