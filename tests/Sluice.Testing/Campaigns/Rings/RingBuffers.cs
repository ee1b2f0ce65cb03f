using System.Runtime.InteropServices;

using Sluice.Testing.Simulation;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Rings;

/// <summary>The receive buffers of a <see cref="RingSimulation"/>, and who has which.</summary>
internal sealed unsafe class RingBuffers : IDisposable
{
    private const ushort Group = 3;

    private readonly SimulationRandom _random;
    private readonly BufferRing _ring;
    private readonly byte* _memory;
    private readonly int _size;
    private readonly bool[] _isProvided;
    private readonly int[] _offsets;
    private readonly List<ushort> _held = [];

    public RingBuffers(Ring ring, SimulationRandom random)
    {
        _random = random;
        int count = 1 << random.Between(1, 4);
        _size = random.Between(1, 100);
        _ring = BufferRing.Create(ring, Group, count, incremental: random.Chance(0.4));
        _memory = (byte*)NativeMemory.Alloc((nuint)(count * _size));
        _isProvided = new bool[count];
        _offsets = new int[count];
        for (ushort id = 0; id < count; id++)
            _held.Add(id);
        ProvideSome(all: true);
    }

    public ushort Number => _ring.Group;

    /// <summary>Whether the kernel has none of them.</summary>
    public bool IsEmpty => _held.Count == _isProvided.Length;

    /// <summary>The bytes of a completion; the buffer may be given back after it.</summary>
    public ReadOnlySpan<byte> Take(in Completion completion)
    {
        ushort id = completion.BufferId;
        if (!_isProvided[id])
            throw new SimulationMismatch($"Buffer {id} was used, and it is not the kernel's.");

        int length = Math.Max(completion.Result, 0);
        int offset = _offsets[id];
        _offsets[id] += length;
        if (_offsets[id] > _size)
            throw new SimulationMismatch($"Buffer {id} was filled beyond its end.");
        if (!completion.HasMoreInBuffer)
        {
            _isProvided[id] = false;
            _held.Add(id);
        }

        return new ReadOnlySpan<byte>(_memory + (id * _size) + offset, length);
    }

    public void ProvideSome(bool all)
    {
        while (_held.Count > 0 && (all || _random.Chance(0.7)))
        {
            int index = _random.Below(_held.Count);
            ushort id = _held[index];
            _held.RemoveAt(index);
            _isProvided[id] = true;
            _offsets[id] = 0;
            _ring.Add((nint)(_memory + (id * _size)), (uint)_size, id);
        }

        // Between being added and being published a buffer is nobody's.
        if (all || _random.Chance(0.7))
            _ring.Publish();
    }

    /// <summary>All that the kernel does not have is here: none is lost.</summary>
    public void RequireAllKnown(SimulatedKernel kernel)
    {
        _ring.Publish();
        int provided = _isProvided.Count(p => p);
        int available = _ring.QueryAvailable().Count;
        if (provided != kernel.Provided.Count || provided + _held.Count != _isProvided.Length)
            throw new SimulationMismatch($"{provided} buffers are out: {kernel.Provided.Count}.");
        if (available != provided)
            throw new SimulationMismatch("The kernel counts other buffers than we do.");
    }

    public void Dispose()
    {
        _ring.Dispose();
        NativeMemory.Free(_memory);
    }
}
