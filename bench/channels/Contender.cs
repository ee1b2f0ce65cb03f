using System.Diagnostics;
using Sluice.Ipc;

namespace Sluice.Channels.Bench;

/// <summary>What is measured. Both sides run a part to become warm, then the part that counts.
/// </summary>
internal abstract class Contender
{
    /// <summary>
    /// So many calls of a chunk make it compiled for good; a loop in one call would stay as it
    /// was compiled first.
    /// </summary>
    protected const int Chunk = 1_000;

    public static Contender Create(string mode) => mode switch
    {
        "flow" => new Flow(batch: 1),
        "flow-batch" => new Flow(batch: 16),
        "spin" => new PingPong(PingPong.Wait.Poll),
        "spin-read" => new PingPong(PingPong.Wait.SpinInRead),
        "block" => new PingPong(PingPong.Wait.Sleep),
        "hand-over" => new HandOver(),
        _ => throw new ArgumentException($"There is no mode {mode}."),
    };

    /// <summary>Connects, measures, and returns the figure.</summary>
    public double RunFirst(DescriptorChannel channel, long count, int size)
    {
        using IDisposable connection = Connect(channel, size);
        Run(count);
        Await(channel);
        Tell(channel);
        long started = Stopwatch.GetTimestamp();
        Run(count);
        Await(channel);
        double nanoseconds = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        Tell(channel);
        return Figure(nanoseconds / count);
    }

    /// <summary>The same from the other side.</summary>
    public void RunSecond(DescriptorChannel channel, long count, int size)
    {
        using IDisposable connection = Join(channel, size);
        Answer(count);
        Tell(channel);
        Await(channel);
        Answer(count);
        Tell(channel);
        Await(channel);
    }

    protected abstract IDisposable Connect(DescriptorChannel channel, int size);

    protected abstract IDisposable Join(DescriptorChannel channel, int size);

    /// <summary>Does something a number of times, a multiple of <see cref="Chunk"/>.</summary>
    protected abstract void Run(long count);

    /// <summary>What the other process does meanwhile.</summary>
    protected abstract void Answer(long count);

    /// <summary>From nanoseconds for each to what is reported.</summary>
    protected abstract double Figure(double nanoseconds);

    private static void Tell(DescriptorChannel channel) => channel.Send(new byte[1]);

    private static void Await(DescriptorChannel channel)
    {
        using DescriptorMessage message = channel.Receive(new byte[1]);
        if (message.Length == 0)
            throw new InvalidOperationException("The other process has gone.");
    }
}
