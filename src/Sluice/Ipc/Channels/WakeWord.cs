using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>
/// A word of shared memory by which one side sleeps and the other wakes it, without a fence and
/// without a system call while nobody sleeps.
/// </summary>
/// <remarks>
/// <code>
///   sleeper: arm (Fence | Futex), barrier, look again, sleep while the word is what it was
///   waker:   publish, look at the word: no flag is the end of it
///            else fence, look again; if armed: disarm, count, then wake
/// </code>
/// While no flag is set the waker has no fence between its two steps; the sleeper makes up for
/// it by a barrier in all processes (<c>membarrier(2)</c>). While <see cref="Fence"/> stands the
/// waker has one of its own, and the sleeper needs none. So a stream costs nothing, and a
/// conversation, which sleeps every time, one local fence. The waker takes the bit away after it
/// fenced often for nobody; the sleeper sees that it is gone when it arms.
/// </remarks>
[SupportedOSPlatform("linux")]
internal readonly unsafe struct WakeWord(uint* word)
{
    /// <summary>Somebody sleeps on the word itself.</summary>
    public const uint Futex = 1;

    /// <summary>Somebody waits for a byte on the control socket.</summary>
    public const uint Event = 2;

    /// <summary>Whoever publishes has to fence.</summary>
    public const uint Fence = 4;

    /// <summary>The sleeper has gone for good.</summary>
    public const uint Closed = 8;

    /// <summary>The sleeper cannot make barriers: the fences must stay.</summary>
    public const uint KeepFence = 16;

    private const uint Armed = Futex | Event;

    private const uint Flags = 0xFF;

    // Counted in the upper bits. Without it a sleeper that is late would take the bit that another
    // one has set meanwhile for its own, and sleep beside a message.
    private const uint OneWake = 0x100;

    public nint Address => (nint)word;

    /// <summary>Whether the one who published has to do something about it.</summary>
    public bool IsSet
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Volatile.Read(ref *word) & Flags) != 0;
    }

    public bool IsClosed => (Volatile.Read(ref *word) & Closed) != 0;

    /// <summary>For a new sleeper.</summary>
    public void Reset() =>
        Volatile.Write(ref *word, ProcessBarrier.IsAvailable ? 0u : Fence | KeepFence);

    /// <summary>For one more sleeper.</summary>
    public void Join()
    {
        if (!ProcessBarrier.IsAvailable)
            Interlocked.Or(ref *word, Fence | KeepFence);
    }

    /// <summary>The sleeper is about to sleep. It has to look again now, and then may.</summary>
    /// <param name="kind"><see cref="Futex"/> or <see cref="Event"/>.</param>
    /// <param name="isShared">
    /// Others sleep on the same word: the fence bit may be theirs, and their barrier still to come.
    /// </param>
    /// <returns>What <see cref="Sleep"/> expects.</returns>
    public uint Arm(uint kind, bool isShared = false)
    {
        uint before = Interlocked.Or(ref *word, kind | Fence);
        if ((before & Fence) == 0 || (isShared && (before & KeepFence) == 0))
            ProcessBarrier.Run();
        return before | kind | Fence;
    }

    /// <summary>The sleeper does not sleep, or no longer.</summary>
    public void Disarm() => Interlocked.And(ref *word, ~Armed);

    /// <summary>Sleeps until it is woken; not at all if the word has changed.</summary>
    public void Sleep(uint armed) => ChannelLibc.FutexWait(word, armed);

    /// <summary>
    /// The sleeper's own process has a reason to end the sleep; the sleeper looks for it.
    /// </summary>
    /// <param name="isShared">Others sleep on the word, and their bits have to stay.</param>
    public void Interrupt(bool isShared = false)
    {
        if (isShared)
            Interlocked.Add(ref *word, OneWake);
        else
            Disarm();
        ChannelLibc.FutexWake(word);
    }

    /// <summary>There is nobody to sleep any more; wakers are to see it.</summary>
    public void Close()
    {
        Interlocked.Or(ref *word, Closed);
        Interrupt();
    }

    /// <summary>What was published, at a word that <see cref="IsSet"/>.</summary>
    /// <param name="idleFences">Fences for nobody so far; kept by the waker.</param>
    /// <returns>What was found: <see cref="Event"/> is left to the caller.</returns>
    public uint Wake(ref int idleFences)
    {
        const int IdleFencesMax = 64;

        Interlocked.MemoryBarrier();
        uint found = Volatile.Read(ref *word);
        if ((found & Armed) != 0)
        {
            idleFences = 0;
            found = TakeArmed(found);
            if ((found & Futex) != 0)
                ChannelLibc.FutexWake(word);
        }
        else if ((found & (Fence | KeepFence)) == Fence
            && ++idleFences > IdleFencesMax && ProcessBarrier.IsAvailable)
        {
            idleFences = 0;
            Interlocked.CompareExchange(ref *word, found & ~Fence, found);
        }

        return found;
    }

    private uint TakeArmed(uint found)
    {
        while ((found & Armed) != 0)
        {
            uint now = Interlocked.CompareExchange(
                ref *word, (found & ~Armed) + OneWake, found);
            if (now == found)
                break;
            found = now;
        }

        return found;
    }
}
