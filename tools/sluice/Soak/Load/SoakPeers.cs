using System.Collections.Concurrent;

namespace Sluice.Tool.Soak.Load;

/// <summary>All connections of a load that are open. For any thread.</summary>
internal sealed class SoakPeers
{
    private readonly ConcurrentDictionary<SoakPeer, bool> _all = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(SoakPeer peer)
    {
        if (_all.TryAdd(peer, value: true))
            Interlocked.Increment(ref _count);
    }

    public void Remove(SoakPeer peer)
    {
        if (_all.TryRemove(peer, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>Resets some of them, drawn at random.</summary>
    /// <returns>How many.</returns>
    public int ResetSome(int count, Random random)
    {
        SoakPeer[] peers = [.. _all.Keys];
        random.Shuffle(peers);
        int broken = Math.Min(count, peers.Length);
        foreach (SoakPeer peer in peers.AsSpan(0, broken))
            peer.Break(PeerEnd.Fault);
        return broken;
    }

    /// <summary>Breaks those that have waited for longer than that.</summary>
    public void BreakStalled(TimeSpan patience)
    {
        foreach (SoakPeer peer in _all.Keys)
        {
            if (peer.Waited > patience)
                peer.Break(PeerEnd.Stalled);
        }
    }
}
