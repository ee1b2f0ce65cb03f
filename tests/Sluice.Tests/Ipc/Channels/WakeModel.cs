namespace Sluice.Tests.Ipc.Channels;

/// <summary>
/// The protocol of waking as a machine of small steps: two wakers, each with a store buffer, and
/// sleepers. Every order of the steps, and of what the buffers let go of, is walked through.
/// </summary>
/// <remarks>
/// A waker publishes once or more: its store lies in its buffer, where only it sees it, until a
/// fence, a locked step, a barrier of a sleeper, or any moment. A state in which nothing can move,
/// a sleeper sleeps and has not seen everything, is a lost wake-up.
/// </remarks>
internal sealed class WakeModel
{
    private const int Wakers = 2;
    private const int Armed = 1;
    private const int Fence = 4;
    private const int Flags = 0xFF;
    private const int OneWake = 0x100;

    private readonly HashSet<State> _seen = [];
    private readonly Stack<State> _open = new();

    /// <summary>How many sleep on the word.</summary>
    public int Sleepers { get; init; } = 1;

    /// <summary>How often each waker publishes.</summary>
    public int Publishes { get; init; } = 2;

    /// <summary>A rule that is left out, to see that the model notices.</summary>
    public Omission Without { get; init; }

    public enum Omission
    {
        Nothing,
        Barrier,
        FenceOfTheWaker,
        SecondLook,
        BarrierOfEverySleeper,
        BitsOfOtherSleepers,
        CountOfWakes,
    }

    private enum At
    {
        Look,
        Arm,
        Barrier,
        LookAgain,
        Sleep,
        Asleep,
        Done,
        Publish,
        LookAtWord,
        FenceFirst,
        LookAgainAtWord,
        Disarm,
        Wake,
    }

    /// <summary>Walks through all states.</summary>
    /// <returns>How many there are, and how many of them are lost wake-ups.</returns>
    public (int States, int Lost) Run()
    {
        Add(new State
        {
            W0 = new(At.Publish, 0, 0),
            W1 = new(At.Publish, 0, 0),
            S0 = new(At.Look, 0, 0),
            S1 = new(Sleepers > 1 ? At.Look : At.Done, 0, 0),
        });
        int lost = 0;
        while (_open.TryPop(out State state))
        {
            bool canMove = false;
            for (int i = 0; i < Wakers; i++)
                canMove |= StepWaker(state, i);
            for (int i = 0; i < Sleepers; i++)
                canMove |= StepSleeper(state, i);
            if (!canMove && (state.S0.At == At.Asleep || state.S1.At == At.Asleep))
                lost++;
        }

        return (_seen.Count, lost);
    }

    private bool StepWaker(State s, int index)
    {
        Actor waker = s.Waker(index);
        bool canMove = false;
        if (waker.Pending > 0)
        {
            Add(Flush(s, index));
            canMove = true;
        }

        switch (waker.At)
        {
            case At.Publish when waker.Count == Publishes:
                return canMove;
            case At.Publish:
                Add(s.With(index, waker with
                {
                    At = At.LookAtWord,
                    Count = waker.Count + 1,
                    Pending = waker.Pending + 1,
                }));
                break;
            case At.LookAtWord:
                Add(s.With(index, waker with
                {
                    At = (s.Word & Flags) == 0 ? At.Publish : At.FenceFirst,
                }));
                break;
            case At.FenceFirst:
                State fenced = Without == Omission.FenceOfTheWaker ? s : Flush(s, index);
                Add(fenced.With(
                    index, fenced.Waker(index) with { At = At.LookAgainAtWord }));
                break;
            case At.LookAgainAtWord when (s.Word & Armed) != 0:
                Add(s.With(index, waker with { At = At.Disarm }));
                break;
            case At.LookAgainAtWord:
                // Takes the fence away, as after many fences for nobody; or does not yet.
                Add(s.With(index, waker with { At = At.Publish }));
                if ((s.Word & Fence) != 0)
                {
                    Add((s with { Word = s.Word & ~Fence }).With(
                        index, waker with { At = At.Publish }));
                }

                break;
            case At.Disarm:
                State clean = Flush(s, index);
                bool wasArmed = (s.Word & Armed) != 0;
                int count = wasArmed && Without != Omission.CountOfWakes ? OneWake : 0;
                Add((clean with { Word = (s.Word & ~Armed) + count }).With(
                    index,
                    clean.Waker(index) with { At = wasArmed ? At.Wake : At.Publish }));
                break;
            default:
                Add(WakeAll(s).With(index, waker with { At = At.Publish }));
                break;
        }

        return true;
    }

    private bool StepSleeper(State s, int index)
    {
        Actor sleeper = s.Sleeper(index);
        switch (sleeper.At)
        {
            case At.Look when s.Data > sleeper.Count:
                At next = s.Data == Wakers * Publishes ? At.Done : At.Look;
                Add(s.With(index, new Actor(next, s.Data, 0), isSleeper: true));
                return true;
            case At.Look:
                Add(s.With(index, sleeper with { At = At.Arm }, isSleeper: true));
                return true;
            case At.Arm:
                bool hasFence = (s.Word & Fence) != 0;
                bool makesBarrier = !hasFence
                    || (Sleepers > 1 && Without != Omission.BarrierOfEverySleeper);
                int word = s.Word | Armed | Fence;
                Add((s with { Word = word }).With(
                    index,
                    sleeper with
                    {
                        At = makesBarrier ? At.Barrier : At.LookAgain,
                        Pending = word,
                    },
                    isSleeper: true));
                return true;
            case At.Barrier:
                State flushed = Without == Omission.Barrier ? s : Flush(Flush(s, 0), 1);
                Add(flushed.With(
                    index, sleeper with { At = At.LookAgain }, isSleeper: true));
                return true;
            case At.LookAgain:
                bool isReady = s.Data > sleeper.Count && Without != Omission.SecondLook;
                Add(isReady
                    ? Leave(s, index)
                    : s.With(index, sleeper with { At = At.Sleep }, isSleeper: true));
                return true;
            case At.Sleep:
                Add(s.Word == sleeper.Pending
                    ? s.With(index, sleeper with { At = At.Asleep }, isSleeper: true)
                    : Leave(s, index));
                return true;
            default:
                return false;
        }
    }

    private State Leave(State s, int index)
    {
        bool disarms = Sleepers == 1 || Without == Omission.BitsOfOtherSleepers;
        int word = disarms ? s.Word & ~Armed : s.Word;
        return (s with { Word = word }).With(
            index, s.Sleeper(index) with { At = At.Look, Pending = 0 }, isSleeper: true);
    }

    private State WakeAll(State s)
    {
        for (int i = 0; i < Sleepers; i++)
        {
            if (s.Sleeper(i).At == At.Asleep)
                s = Leave(s, i);
        }

        return s;
    }

    private static State Flush(State s, int index)
    {
        Actor waker = s.Waker(index);
        return (s with { Data = s.Data + waker.Pending })
            .With(index, waker with { Pending = 0 });
    }

    private void Add(State state)
    {
        if (_seen.Add(state))
            _open.Push(state);
    }

    /// <param name="At">The next step.</param>
    /// <param name="Count">Published; or seen.</param>
    /// <param name="Pending">In the store buffer; or the word that the sleep expects.</param>
    private readonly record struct Actor(At At, int Count, int Pending);

    private readonly record struct State
    {
        public int Word { get; init; }

        public int Data { get; init; }

        public Actor W0 { get; init; }

        public Actor W1 { get; init; }

        public Actor S0 { get; init; }

        public Actor S1 { get; init; }

        public Actor Waker(int index) => index == 0 ? W0 : W1;

        public Actor Sleeper(int index) => index == 0 ? S0 : S1;

        public State With(int index, Actor actor, bool isSleeper = false) =>
            (isSleeper, index) switch
            {
                (false, 0) => this with { W0 = actor },
                (false, _) => this with { W1 = actor },
                (true, 0) => this with { S0 = actor },
                (true, _) => this with { S1 = actor },
            };
    }
}
