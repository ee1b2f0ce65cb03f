using Sluice.Reactors;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Reactors;

public sealed class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [Fact]
    public void TakeAll_NothingPushed_ReturnsNull()
    {
        Assert.True(_queue.IsEmpty);
        Assert.Null(_queue.TakeAll());
    }

    [Fact]
    public void TakeAll_SeveralPushed_GivesTheOldestFirstAndLeavesNone()
    {
        for (int i = 0; i < 3; i++)
            Assert.True(_queue.TryPush(new Work(i)));
        Assert.False(_queue.IsEmpty);

        Assert.Equal([0, 1, 2], Numbers(_queue.TakeAll()));

        Assert.True(_queue.IsEmpty);
        Assert.Null(_queue.TakeAll());
    }

    [Fact]
    public async Task TryPush_FromSeveralThreads_LosesNothingAndKeepsEachOnesOrder()
    {
        const int Threads = 4;
        const int Each = 20_000;
        var taken = new List<int>();
        Task taking = Task.Run(() =>
        {
            while (taken.Count < Threads * Each)
                taken.AddRange(Numbers(_queue.TakeAll()));
        });

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
                Assert.True(_queue.TryPush(new Work((thread * Each) + i)));
        }))).Within();
        await taking.Within();

        foreach (IGrouping<int, int> thread in taken.GroupBy(number => number / Each))
            Assert.Equal(Enumerable.Range(thread.Key * Each, Each), thread);
    }

    [Fact]
    public void RunAll_OneFails_RunsTheOthersInOrderAndLogsIt()
    {
        var ran = new List<int>();
        var logs = new LogCollector();
        Assert.True(_queue.TryPush(new Callback(() => ran.Add(0))));
        Assert.True(_queue.TryPush(new Callback(() => throw new InvalidDataException())));
        Assert.True(_queue.TryPush(new Callback(() => ran.Add(2))));

        _queue.RunAll(logs);

        Assert.Equal([0, 2], ran);
        Assert.Equal(30, Assert.Single(logs.Lines).EventId);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void RunAll_PostsItselfAgain_RunsOnceMoreTheNextTime()
    {
        int count = 0;
        Callback? work = null;
        work = new Callback(() =>
        {
            count++;
            Assert.True(work!.TryMarkPosted());
            Assert.True(_queue.TryPush(work));
        });
        Assert.True(work.TryMarkPosted());
        Assert.True(_queue.TryPush(work));

        _queue.RunAll(new LogCollector());
        Assert.Equal(1, count);
        _queue.RunAll(new LogCollector());

        Assert.Equal(2, count);
    }

    [Fact]
    public void Close_SomeIsPushed_RefusesItAndWhatComesLater()
    {
        var before = new Work(0);
        _ = _queue.TryPush(before);

        _queue.Close();

        Assert.True(before.IsRefused);
        Assert.False(_queue.TryPush(new Work(1)));
    }

    private static List<int> Numbers(ReactorWork? work)
    {
        var numbers = new List<int>();
        for (; work is not null; work = work.NextWork)
            numbers.Add(((Work)work).Number);
        return numbers;
    }

    private sealed class Callback(Action run) : ReactorWork
    {
        internal override void Run() => run();
    }

    private sealed class Work(int number) : ReactorWork
    {
        public int Number => number;

        public bool IsRefused { get; private set; }

        internal override void Run()
        {
        }

        internal override void Refuse() => IsRefused = true;
    }
}
