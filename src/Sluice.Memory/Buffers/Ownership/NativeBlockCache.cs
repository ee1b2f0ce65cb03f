namespace Sluice.Memory;

/// <summary>Blocks without memory, for the next allocation of the same thread.</summary>
/// <remarks>
/// Per thread because an allocation has no object to keep them in: the price of a shared stack is
/// two atomic operations, a quarter of an allocation. A block that nobody takes again goes with
/// its thread.
/// </remarks>
internal static class NativeBlockCache
{
    private const int BlocksMax = 32;

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
        return block;
    }

    public static void Put(NativeBlock block)
    {
        Stack stack = s_stack ??= new Stack();
        if (stack.Count < BlocksMax)
            stack.Blocks[stack.Count++] = block;
        else
            block.Forget();
    }

    private sealed class Stack
    {
        public readonly NativeBlock?[] Blocks = new NativeBlock?[BlocksMax];
        public int Count;
    }
}
