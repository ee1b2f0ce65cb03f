using Sluice.Uring;

namespace Sluice.Testing.Simulation;

/// <summary>What happened in a simulation: a test asserts that it met what it is about.</summary>
internal sealed class SimulationCounters
{
    private readonly long[] _faults = new long[Enum.GetValues<SimulationFault>().Length];
    private readonly long[] _operations = new long[byte.MaxValue + 1];

    /// <summary>Calls of <c>io_uring_enter</c>.</summary>
    public int Enters { get; set; }

    /// <summary>Completions for which the queue had no room.</summary>
    public int Overflows { get; set; }

    /// <summary>Receives that found no buffer.</summary>
    public int Starvations { get; set; }

    /// <summary>Accepts that found no free descriptor.</summary>
    public int Exhaustions { get; set; }

    /// <summary>Accepts that failed as <see cref="SimulatedKernel.AcceptRefusal"/> says.</summary>
    public int RefusedAccepts { get; set; }

    /// <summary>Cancels that came too late, in either way.</summary>
    public int LateCancels { get; set; }

    /// <summary>Multishot operations that ended together with a result.</summary>
    public int EndedMultishots { get; set; }

    /// <summary>Failures and ends of a stream that used up a buffer.</summary>
    public int BuffersOnError { get; set; }

    /// <summary>Sends of several pieces of memory.</summary>
    public int SegmentedSends { get; set; }

    /// <summary>Submissions that named a descriptor that was not open.</summary>
    public int StaleDescriptors { get; set; }

    /// <summary>Descriptors that were closed while an operation on them was in flight.</summary>
    public int ClosedBusy { get; set; }

    /// <summary>Waits that returned because nothing could ever happen.</summary>
    public int Hangs { get; set; }

    /// <summary>Submissions that were consumed.</summary>
    public long Operations { get; private set; }

    public void Count(SimulationFault fault) => _faults[(int)fault]++;

    public void Count(Opcode opcode)
    {
        Operations++;
        _operations[(byte)opcode]++;
    }

    public long Of(SimulationFault fault) => _faults[(int)fault];

    public long Of(Opcode opcode) => _operations[(byte)opcode];
}
