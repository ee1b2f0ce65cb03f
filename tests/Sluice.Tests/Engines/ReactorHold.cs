using Sluice.Reactors;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Engines;

/// <summary>Holds the reactors of a runtime up until it is disposed.</summary>
internal sealed class ReactorHold : IDisposable
{
    private readonly CountdownEvent _held;
    private readonly ManualResetEventSlim _isOver = new();

    private ReactorHold(int count) => _held = new CountdownEvent(count);

    /// <summary>Holds all of them; returns when they are held.</summary>
    public static ReactorHold All(SluiceRuntime runtime)
    {
        var hold = new ReactorHold(runtime.Reactors.Count);
        foreach (Reactor reactor in runtime.Reactors)
            reactor.Post(static state => ((ReactorHold)state!).Wait(), hold);
        Assert.True(hold._held.Wait(Patience.Limit));
        return hold;
    }

    public void Dispose() => _isOver.Set();

    private void Wait()
    {
        _held.Signal();
        _isOver.Wait();
    }
}
