using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Testing.Simulation.Rings;

/// <summary>Rings that the program registered, so that entering them needs no descriptor.</summary>
internal sealed class RegisteredRings(DescriptorTable descriptors)
{
    // As in the kernel: so many per thread.
    private readonly SimulatedRing?[] _rings = new SimulatedRing?[16];

    /// <summary>Registers a ring at an index, or at a free one for the largest number.</summary>
    public int Add(int fd, uint wantedIndex)
    {
        if (descriptors.Find<SimulatedRing>(fd) is not { } ring)
            return -(int)Errno.EBADF;

        int index = wantedIndex == uint.MaxValue ? Array.IndexOf(_rings, null) : (int)wantedIndex;
        if ((uint)index >= (uint)_rings.Length || _rings[index] is not null)
            return -(int)Errno.EBUSY;

        _rings[index] = ring;
        return index;
    }

    public void Remove(uint index)
    {
        if (index < (uint)_rings.Length)
            _rings[index] = null;
    }

    public void Forget(SimulatedRing ring)
    {
        int index = Array.IndexOf(_rings, ring);
        if (index >= 0)
            _rings[index] = null;
    }

    public SimulatedRing? Find(int index) =>
        (uint)index < (uint)_rings.Length ? _rings[index] : null;
}
