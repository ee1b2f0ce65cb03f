using static Sluice.Memory.BlockWord;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>
/// The operations on references without their fast paths, and what those who call them look at.
/// </summary>
internal static unsafe class SlowPath
{
    public static void Clone(in IoVector vector) =>
        BlockCounts<Interrupted>.Clone(vector.Block, vector.Generation);

    public static void Release(in IoVector vector) =>
        BlockCounts<Interrupted>.Release(vector.Block, vector.Generation);

    public static ulong Move(in IoVector vector) =>
        BlockCounts<Interrupted>.Move(vector.Block, vector.Generation);

    public static int References(in IoVector vector) =>
        (int)(vector.Block->Word & CountMask);

    /// <summary>As if there were so many references.</summary>
    public static void SetReferences(in IoVector vector, int count) =>
        vector.Block->Word = (vector.Block->Word & ~CountMask) | (uint)count;

    public static bool HasAttention(in IoVector vector) => vector.Block->Home->Attention != 0;

    /// <summary>Far below the part of the stack by which a thread is recognised at a glance.
    /// </summary>
    public static void DeepInTheStack(Action action) => Sink(700, action);

    private static int Sink(int depth, Action action)
    {
        Span<byte> frame = stackalloc byte[1024];
        frame.Fill((byte)depth);
        if (depth > 0)
            return Sink(depth - 1, action) + frame[0];

        action();
        return 0;
    }
}
