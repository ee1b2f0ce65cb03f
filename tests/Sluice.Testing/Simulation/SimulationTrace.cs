using System.Text;

namespace Sluice.Testing.Simulation;

/// <summary>The last events of a simulation, and a digest of all of them.</summary>
internal sealed class SimulationTrace(int capacity)
{
    private const ulong DigestPrime = 0x100000001B3;

    private readonly List<SimulationEvent> _events = [];
    private int _next;

    /// <summary>All events that there ever were, folded: equal runs have equal digests.</summary>
    public ulong Digest { get; private set; } = 0xCBF29CE484222325;

    /// <summary>How many events there were.</summary>
    public long Count { get; private set; }

    public void Add(in SimulationEvent item)
    {
        Count++;
        Fold((ulong)item.Ticks);
        Fold(item.What[0] + ((ulong)item.What.Length << 8));
        Fold((ulong)item.A);
        Fold((ulong)item.B);
        Fold((ulong)item.C);
        if (_events.Count < capacity)
        {
            _events.Add(item);
            return;
        }

        _events[_next] = item;
        _next = (_next + 1) % capacity;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _events.Count; i++)
            text.Append(_events[(_next + i) % _events.Count]).Append('\n');
        return text.ToString();
    }

    private void Fold(ulong value) => Digest = (Digest ^ value) * DigestPrime;
}
