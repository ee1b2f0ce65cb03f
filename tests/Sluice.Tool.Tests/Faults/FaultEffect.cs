namespace Sluice.Tool.Tests.Faults;

/// <summary>A fault that has befallen a server.</summary>
internal abstract class FaultEffect
{
    /// <summary>Whether it was met; known after the end.</summary>
    public virtual bool WasMet => true;

    /// <summary>When the fault is to end: with the work, unless the work waits for that.</summary>
    /// <param name="former">The work of connections that were there before the fault.</param>
    /// <param name="work">All of it.</param>
    public virtual Task MayEndAsync(Task former, Task work) => work;

    public abstract Task EndAsync();
}
