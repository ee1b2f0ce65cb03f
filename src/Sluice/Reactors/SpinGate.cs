using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sluice.Reactors;

/// <summary>
/// Mutual exclusion for sections of a few instructions that threads hardly ever meet in.
/// </summary>
/// <remarks>
/// <para>
/// One atomic exchange to enter and a plain store to leave, half the cost of <see cref="Lock"/>,
/// which needs an atomic operation for each and the thread's identity. Who finds it taken spins,
/// then yields its processor, then sleeps: a thread that was interrupted inside gets to leave.
/// </para>
/// <para>
/// Not for sections that wait, call user code, or enter the same gate again: that never ends. A
/// field of this type must not be read-only, and the gate must not be copied.
/// </para>
/// <para>
/// Memory order: entering is a full fence, so a section sees all that earlier ones wrote; leaving
/// is a release, so nothing of a section moves behind it.
/// </para>
/// </remarks>
internal struct SpinGate
{
    private int _isTaken;

    /// <summary>Enters; disposing of the result leaves.</summary>
    [UnscopedRef]
    public Section Enter()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
            Wait(ref _isTaken);
        return new Section(ref _isTaken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wait(ref int isTaken)
    {
        var spin = new SpinWait();
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref isTaken) != 0 || Interlocked.Exchange(ref isTaken, 1) != 0);
    }

    /// <summary>The stay of a thread inside the gate.</summary>
    public readonly ref struct Section
    {
        private readonly ref int _isTaken;

        internal Section(ref int isTaken) => _isTaken = ref isTaken;

        /// <summary>Leaves. Once.</summary>
        public void Dispose() => Volatile.Write(ref _isTaken, 0);
    }
}
