using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>A thread that uses pools, as an object: no two threads ever have the same.</summary>
internal sealed class PoolThread
{
    [ThreadStatic]
    private static PoolThread? s_current;

    private PoolThread() => Id = Environment.CurrentManagedThreadId;

    /// <summary>The thread that asks. A call of several nanoseconds.</summary>
    public static PoolThread Current => s_current ?? Make();

    /// <summary>The managed id, which the runtime gives to another thread after this one.</summary>
    public int Id { get; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PoolThread Make() => s_current = new PoolThread();
}
