using System.Runtime.InteropServices;
using Sluice.Ipc.HandOver;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>What a receiver of blocks must say to what a sender does.</summary>
internal sealed class HandOverModel(int inFlightMax)
{
    public const int SlabLength = 16 * 1024;
    public const int MappedMax = 2 * SlabLength;
    public const int Unsealed = 3;
    public const int TooLong = 4;
    public const int WithoutObject = 5;

    private const int SlabsMax = 4096;

    private readonly Queue<(int Slab, int Kind)> _announced = new();
    private readonly Queue<byte[]> _sent = new();
    private readonly Dictionary<int, int> _leasesOfSlabs = [];
    private readonly List<HandOverMessage> _leases = [];
    private bool _isRefused;

    public static byte FillOf(int slab) => (byte)(slab + 17);

    public static int LengthOf(int kind) => kind == TooLong ? SlabLength + 1 : SlabLength;

    public static bool IsSound(int kind) => kind is not (Unsealed or TooLong or WithoutObject);

    public void Announce(int slab, int kind) => _announced.Enqueue((slab, kind));

    public void Send(in HandOverMessage message) =>
        Send(MemoryMarshal.AsBytes(new ReadOnlySpan<HandOverMessage>(in message)).ToArray());

    public void Send(byte[] message) => _sent.Enqueue(message);

    /// <summary>The lease at an index was released.</summary>
    public void Release(int index)
    {
        _leasesOfSlabs[(int)_leases[index].Slab]--;
        _leases.RemoveAt(index);
    }

    /// <summary>Whether it is refused, and else the block, if there is one.</summary>
    public (bool IsRefused, HandOverMessage? Block) Receive()
    {
        while (!_isRefused && _sent.TryDequeue(out byte[]? bytes))
        {
            if (bytes.Length != 24)
            {
                _isRefused = true;
                break;
            }

            HandOverMessage message = MemoryMarshal.Read<HandOverMessage>(bytes);
            if (!TryFind(message.Slab))
            {
                _isRefused = true;
                break;
            }

            int slab = (int)message.Slab;
            if (message.Ticket == uint.MaxValue)
            {
                _isRefused = _leasesOfSlabs[slab] != 0;
                if (!_isRefused)
                    _leasesOfSlabs.Remove(slab);
                continue;
            }

            _isRefused = (long)message.Offset + message.Length > SlabLength
                || message.Ticket >= inFlightMax
                || _leases.Exists(lease => lease.Ticket == message.Ticket);
            if (_isRefused)
                break;
            _leasesOfSlabs[slab]++;
            _leases.Add(message);
            return (false, message);
        }

        return (_isRefused, null);
    }

    // A slab that is not known yet may have been announced.
    private bool TryFind(uint number)
    {
        if (number < SlabsMax && _leasesOfSlabs.ContainsKey((int)number))
            return true;
        if (number >= SlabsMax)
            return false;

        while (_announced.TryDequeue(out (int Slab, int Kind) next))
        {
            bool isSound = IsSound(next.Kind)
                && next.Slab < SlabsMax
                && !_leasesOfSlabs.ContainsKey(next.Slab)
                && (_leasesOfSlabs.Count + 1) * SlabLength <= MappedMax;
            if (!isSound)
                return false;
            _leasesOfSlabs[next.Slab] = 0;
            if (next.Slab == number)
                return true;
        }

        return false;
    }
}
