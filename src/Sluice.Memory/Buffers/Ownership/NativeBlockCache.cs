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

        return stack.Blocks[--stack.Count]!;
    }

    public static void Put(NativeBlock block)
    {
        Stack stack = s_stack ??= new Stack();
        if (stack.Count < BlocksMax)
        {
            // Usually it is the block that was taken from here, and a store of a reference costs.
            ref NativeBlock? place = ref stack.Blocks[stack.Count++];
            if (place != block)
                place = block;
        }
        else
            block.Forget();
    }

    private sealed class Stack
    {
        public readonly NativeBlock?[] Blocks = new NativeBlock?[BlocksMax];
        public int Count;
    }
}
