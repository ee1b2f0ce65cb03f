namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>
/// Runs programs on threads of which one runs at a time, and changes over between them as a seed
/// says. Each thread has a priority and the highest goes on; at a few steps, chosen by the seed,
/// the running thread falls behind all others. A defect that takes d such changes at the right
/// places is found with a probability that has a lower bound (Burckhardt and others, "A
/// randomized scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010).
/// </summary>
internal sealed class ScheduleRunner : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _turns;
    private readonly SemaphoreSlim _over = new(0);
    private readonly int[] _priorities;
    private readonly bool[] _isFinished;
    private readonly HashSet<int> _changes = [];
    private Action<int>? _program;
    private int _steps;
    private int _lowest;

    public ScheduleRunner(int threadCount)
    {
        _priorities = new int[threadCount];
        _isFinished = new bool[threadCount];
        _turns = new SemaphoreSlim[threadCount];
        _threads = new Thread[threadCount];
        for (int index = 0; index < threadCount; index++)
        {
            int thread = index;
            _turns[thread] = new SemaphoreSlim(0);
            _threads[thread] = new Thread(() => Loop(thread)) { IsBackground = true };
            _threads[thread].Start();
        }
    }

    public int ThreadCount => _threads.Length;

    /// <summary>What a thread threw first, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs the program once on every thread, to the end of all of them.</summary>
    public void Run(int seed, int stepsMax, int changesMax, Action<int> program)
    {
        var random = new Random(seed);
        _program = program;
        _steps = 0;
        _lowest = 0;
        _changes.Clear();
        int changes = random.Next(changesMax + 1);
        for (int change = 0; change < changes; change++)
            _changes.Add(random.Next(1, stepsMax));
        for (int index = 0; index < ThreadCount; index++)
            _priorities[index] = index + 1;
        random.Shuffle(_priorities);
        Array.Clear(_isFinished);
        Start(Next());
        _over.Wait();
    }

    /// <summary>Runs something on one thread alone, without steps.</summary>
    public void RunAlone(int thread, Action action) =>
        Run(0, 1, 0, running =>
        {
            if (running == thread)
                action();
        });

    public void Step(int thread)
    {
        if (!_changes.Contains(++_steps))
            return;

        _priorities[thread] = --_lowest;
        int next = Next();
        if (next == thread)
            return;
        Start(next);
        _turns[thread].Wait();
    }

    public void Dispose()
    {
        _program = null;
        foreach (SemaphoreSlim turn in _turns)
            turn.Release();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Loop(int thread)
    {
        Scheduled.Enter(this, thread);
        while (true)
        {
            _turns[thread].Wait();
            if (_program is not { } program)
                return;

            try
            {
                program(thread);
            }
#pragma warning disable CA1031 // Whatever it is, it is the test's failure, and the others go on.
            catch (Exception error)
            {
                Failure ??= error;
            }
#pragma warning restore CA1031

            _isFinished[thread] = true;
            int next = Next();
            if (next < 0)
                _over.Release();
            else
                Start(next);
        }
    }

    private void Start(int thread) => _turns[thread].Release();

    private int Next()
    {
        int next = -1;
        for (int index = 0; index < ThreadCount; index++)
        {
            if (!_isFinished[index] && (next < 0 || _priorities[index] > _priorities[next]))
                next = index;
        }

        return next;
    }
}
