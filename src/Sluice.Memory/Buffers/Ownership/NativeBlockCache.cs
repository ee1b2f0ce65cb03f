namespace Sluice.Memory;

/// <summary>Blocks that nobody uses, for the next allocation of the same thread.</summary>
/// <remarks>
/// Per thread because an allocation has no object to keep them in: the price of a shared stack is
/// two atomic operations, a quarter of an allocation. Small memory stays with its block, as the
/// C library's own cache keeps it for threads: a buffer of the size that was just disposed costs no
/// <c>malloc</c>. A block that nobody takes again goes with its thread, and its memory with it.
/// </remarks>
internal static class NativeBlockCache
{
    private const int BlocksMax = 32;
    private const nuint KeptMax = 64 * 1024;
    private const nuint KeptBytesMax = 256 * 1024;

    [ThreadStatic]
    private static Stack? s_stack;

    public static NativeBlock Take()
    {
        Stack? stack = s_stack;
        if (stack is null || stack.Count == 0)
            return new NativeBlock();

        // A block that is in use must not be kept from the finalizer.
        ref NativeBlock? place = ref stack.Blocks[--stack.Count];
        NativeBlock block = place!;
        place = null;
        stack.KeptBytes -= block.Footprint;
        return block;
    }

    public static void Put(NativeBlock block)
    {
        Stack stack = s_stack ??= new Stack();
        bool hasPlace = stack.Count < BlocksMax;
        if (!hasPlace || block.Footprint > Math.Min(KeptMax, KeptBytesMax - stack.KeptBytes))
            block.FreeKept();
        if (hasPlace)
        {
            stack.KeptBytes += block.Footprint;
            stack.Blocks[stack.Count++] = block;
        }
        else
        {
            block.Forget();
        }
    }

    private sealed class Stack
    {
        public readonly NativeBlock?[] Blocks = new NativeBlock?[BlocksMax];
        public int Count;
        public nuint KeptBytes;
    }
}
