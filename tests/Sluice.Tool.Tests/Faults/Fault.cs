using System.Diagnostics;
using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>Something that goes wrong: a row of the table.</summary>
internal abstract class Fault(string name)
{
    /// <summary>As the table's first column says it.</summary>
    public string Name => name;

    /// <summary>Whether it can be in a phase.</summary>
    public virtual bool MakesSense(FaultPhase phase) => true;

    /// <summary>Makes the sockets of clients; null: they are ordinary ones.</summary>
    public virtual Func<Socket>? NewSocket => null;

    /// <summary>Skips the test where the machine lacks what it takes.</summary>
    public virtual void Require()
    {
    }

    /// <summary>Called before anything else of a row, and <see cref="EndAsync"/> at its end.
    /// </summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Takes away what <see cref="PrepareAsync"/> has made.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>The command, begun under the fault.</summary>
    public abstract ProcessStartInfo Start(string[] command);

    /// <summary>The command, begun such that the fault can befall it later.</summary>
    public virtual ProcessStartInfo Serve(string[] command) => Program(command);

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
