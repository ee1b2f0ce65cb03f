using System.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>Something that goes wrong: a row of the table.</summary>
internal abstract class Fault(string name)
{
    /// <summary>As the table's first column says it.</summary>
    public string Name => name;

    /// <summary>Whether it can be in a phase.</summary>
    public virtual bool MakesSense(FaultPhase phase) => true;

    /// <summary>Skips the test where the machine lacks what it takes.</summary>
    public virtual void Require()
    {
    }

    /// <summary>The command, begun under the fault.</summary>
    public abstract ProcessStartInfo Start(string[] command);

    /// <summary>Called once the process of <see cref="Start"/> is there.</summary>
    public virtual void OnStarted(ToolProcess server)
    {
    }

    /// <summary>Whether a server that was begun under the fault has met it.</summary>
    public virtual bool WasMetAtStart() => true;

    /// <summary>Lets the fault befall a server that runs.</summary>
    public abstract Task<FaultEffect> BeginAsync(ToolProcess server);

    public override string ToString() => Name;

    protected static ProcessStartInfo Program(string[] command) => new(command[0], command[1..]);
}
