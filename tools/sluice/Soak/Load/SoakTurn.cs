using System.Net;

namespace Sluice.Tool.Soak.Load;

/// <summary>What an activity has: a server, chance, time, and somebody to tell.</summary>
internal sealed class SoakTurn(SoakLoad load, string activity, Random random)
{
    /// <summary>The connection that was made last.</summary>
    public SoakPeer? Peer { get; set; }

    /// <summary>The same numbers again for the same seed.</summary>
    public Random Random => random;

    /// <summary>Whether the load is to end: what goes on repeatedly ends now.</summary>
    public bool IsStopping => load.IsStopping;

    public IPEndPoint Server => load.Server;

    public Task<SoakPeer> ConnectAsync(int? receiveBuffer = null)
    {
        load.Tally.OnConnected();
        return SoakPeer.ConnectAsync(this, load.Peers, load.Server, receiveBuffer);
    }

    /// <summary>Waits; no longer once the load is to end.</summary>
    public Task DelayAsync(TimeSpan time) => load.DelayAsync(time);

    /// <summary>A request was answered, and right.</summary>
    public void OnRequest() => load.Tally.OnRequest();

    /// <summary>Compares bytes with what they should be, and remembers what is wrong.</summary>
    public void Check(Content content, ReadOnlySpan<byte> got, long position)
    {
        load.Tally.OnBytes(got.Length);
        int wrong = content.CountWrong(got, position);
        if (wrong > 0)
            OnCorrupted(wrong, $"{wrong} of {got.Length} bytes from {position} on are wrong.");
    }

    /// <inheritdoc cref="Check(Content, ReadOnlySpan{byte}, long)"/>
    public void Check(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> got)
    {
        load.Tally.OnBytes(got.Length);
        if (expected.SequenceEqual(got))
            return;
        int wrong = 0;
        for (int i = 0; i < got.Length; i++)
            wrong += got[i] == expected[i] ? 0 : 1;
        OnCorrupted(wrong, $"{wrong} of {got.Length} bytes of an answer are wrong.");
    }

    public void OnCorrupted(long bytes, string text) =>
        load.Tally.OnCorrupted(activity, bytes, text);

    /// <summary>A length, shorter ones more often than longer ones.</summary>
    public int Length(int max) => (int)Math.Exp(random.NextDouble() * Math.Log(max));

    public TimeSpan Time(double minSeconds, double maxSeconds) => TimeSpan.FromSeconds(
        minSeconds + (random.NextDouble() * (maxSeconds - minSeconds)));

    /// <summary>Waits until this side may be the first to close.</summary>
    public async Task MayCloseFirstAsync()
    {
        while (!load.MayCloseFirst() && !IsStopping)
            await DelayAsync(Time(0.1, 1));
    }

    /// <summary>
    /// Closes after all was received. In order, so that the server sees the end, as often as the
    /// system has ports for: each then waits for a minute. Otherwise by a reset.
    /// </summary>
    public void Close(SoakPeer peer)
    {
        if (load.MayCloseFirst())
            peer.Dispose();
        else
            peer.Reset();
    }
}
