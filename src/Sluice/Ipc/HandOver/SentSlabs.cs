using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>The slabs that a receiver knows, by the numbers that it knows them by.</summary>
/// <remarks>For one thread at a time.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class SentSlabs(DescriptorChannel channel) : IDisposable
{
    private readonly Dictionary<IoSlab, uint> _numbers = [];
    private readonly Stack<uint> _free = new();
    private readonly byte[] _message = new byte[SlabAnnouncement.Size];
    private IoSlab? _last;
    private uint _lastNumber;

    public int Count => _numbers.Count;

    /// <summary>The number, if the receiver knows the slab.</summary>
    public bool TryGet(IoSlab slab, out uint number)
    {
        if (ReferenceEquals(slab, _last))
        {
            number = _lastNumber;
            return true;
        }

        if (!_numbers.TryGetValue(slab, out number))
            return false;

        _last = slab;
        _lastNumber = number;
        return true;
    }

    /// <summary>Sends the slab's object under a new number.</summary>
    /// <returns>False: the receiver has too many already that it has not looked at.</returns>
    /// <exception cref="InvalidOperationException">There are too many slabs.</exception>
    /// <exception cref="SharedChannelClosedException">The receiver has gone.</exception>
    public bool TryAnnounce(IoSlab slab, SharedMemory memory, out uint number)
    {
        number = _free.Count > 0 ? _free.Peek() : (uint)_numbers.Count;
        if (number >= HandOverLimits.SlabsMax)
        {
            throw new InvalidOperationException(
                $"A receiver maps at most {HandOverLimits.SlabsMax} slabs.");
        }

        SlabAnnouncement.Write(_message, (int)number, slab.Length);
        try
        {
            if (!channel.TrySend(_message, memory.Handle))
                return false;
        }
        catch (IOException error)
        {
            throw new SharedChannelClosedException("The receiver has gone.", error);
        }

        if (_free.Count > 0)
            _ = _free.Pop();
        _numbers.Add(slab, number);
        return true;
    }

    /// <summary>A slab that the heap has given back to the system.</summary>
    public bool TryFindGone(out IoSlab? gone, out uint number)
    {
        foreach ((IoSlab slab, uint found) in _numbers)
        {
            if (!slab.IsMapped)
            {
                (gone, number) = (slab, found);
                return true;
            }
        }

        (gone, number) = (null, 0);
        return false;
    }

    /// <summary>The receiver was told that the slab is gone: its number is free.</summary>
    public void Remove(IoSlab slab)
    {
        if (!_numbers.Remove(slab, out uint number))
            return;

        _free.Push(number);
        if (ReferenceEquals(_last, slab))
            _last = null;
    }

    public void Dispose() => channel.Dispose();
}
