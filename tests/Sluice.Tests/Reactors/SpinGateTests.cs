using Sluice.Reactors;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Reactors;

public sealed class SpinGateTests : IDisposable
{
    private const int Threads = 4;
    private const int Rounds = 20_000;

    private readonly CountdownEvent _ready = new(Threads);
    private SpinGate _gate;
    private int _count;

    public void Dispose() => _ready.Dispose();

    [Fact]
    public async Task Enter_FourThreadsAtOnce_LetsOneInAtATime()
    {
        Task[] counting = new Task[Threads];
        for (int i = 0; i < Threads; i++)
        {
            counting[i] = Task.Factory.StartNew(
                CountUpTogether,
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        await Task.WhenAll(counting).Within();

        Assert.Equal(Threads * Rounds, _count);
    }

    [Fact]
    public async Task Enter_TheLastSectionThrew_GetsIn()
    {
        _ = Assert.Throws<InvalidOperationException>(Fail);

        await Task.Run(CountUp).Within();

        Assert.Equal(Rounds, _count);
    }

    private void CountUpTogether()
    {
        _ready.Signal();
        _ready.Wait();
        CountUp();
    }

    private void CountUp()
    {
        for (int i = 0; i < Rounds; i++)
        {
            using (_gate.Enter())
            {
                int count = _count;
                // Somebody else runs while this thread is inside, on one processor too.
                if (i % 50 == 0)
                    Thread.Yield();
                _count = count + 1;
            }
        }
    }

    private void Fail()
    {
        using (_gate.Enter())
            throw new InvalidOperationException();
    }
}
