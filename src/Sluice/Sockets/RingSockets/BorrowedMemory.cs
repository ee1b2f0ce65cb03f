using System.Buffers;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// Memory of a caller's that is sent as it is: where it lies, and how far it has been sent.
/// </summary>
/// <remarks>
/// <code>
///   [---- sent ----] [-- sent --|- unsent -] [---- unsent ----]
///                               ^ _next, _offset
/// </code>
/// <para>
/// To pin and to unpin may run code of whoever made the memory, so the caller's thread pins before
/// anything else happens, and whoever continues the caller unpins, both outside of the pipe's gate.
/// Everything else happens inside of it.
/// </para>
/// <para>
/// Soundness: addresses are used from <see cref="Pin"/> to <see cref="Unpin"/> alone, and nobody
/// unpins before <see cref="IsFree"/>, which a send that refers to the memory keeps false.
/// </para>
/// </remarks>
internal sealed unsafe class BorrowedMemory
{
    // The kernel takes no more than about this in one call, and says how much in an int.
    private const int BytesMax = 1 << 30;

    // What most calls need stays with the connection; longer lists come from the pool.
    private const int FewPieces = 2;

    private readonly Piece[] _few = new Piece[FewPieces];
    private Piece[] _pieces;
    private int _count;
    private int _next;
    private int _offset;
    private bool _isDropped;

    public BorrowedMemory() => _pieces = _few;

    /// <summary>Bytes that were not sent.</summary>
    public long Left { get; private set; }

    /// <summary>Whether all of it was sent.</summary>
    public bool IsSent => Left == 0 && !_isDropped;

    /// <summary>Whether nothing of it will be sent any more: it can go back.</summary>
    public bool IsFree => Left == 0 || _isDropped;

    /// <summary>Takes memory over. What throws here has changed nothing.</summary>
    public void Pin(in ReadOnlySequence<byte> data)
    {
        Invariant.Require(_count == 0);
        try
        {
            if (data.IsSingleSegment)
            {
                Add(data.First);
                return;
            }

            Reserve(in data);
            foreach (ReadOnlyMemory<byte> piece in data)
                Add(piece);
        }
        catch
        {
            Unpin();
            throw;
        }
    }

    /// <summary>
    /// The unsent bytes, as far as the segments and one call suffice; the number of segments.
    /// </summary>
    public int Gather(Span<BufferSegment> segments)
    {
        int count = 0;
        int room = BytesMax;
        int offset = _offset;
        for (int i = _next; i < _count && count < segments.Length && room > 0; i++)
        {
            ref Piece piece = ref _pieces[i];
            int length = Math.Min(piece.Length - offset, room);
            byte* start = (byte*)piece.Handle.Pointer + offset;
            segments[count++] = new BufferSegment((nint)start, (nuint)length);
            room -= length;
            offset = 0;
        }

        return count;
    }

    /// <summary>The first bytes were sent.</summary>
    public void Consume(int sent)
    {
        Left -= sent;
        while (sent > 0)
        {
            int here = Math.Min(_pieces[_next].Length - _offset, sent);
            sent -= here;
            _offset += here;
            if (_offset == _pieces[_next].Length)
            {
                _next++;
                _offset = 0;
            }
        }
    }

    /// <summary>What was not sent never will be. Nobody may be sending.</summary>
    public void Drop() => _isDropped = true;

    /// <summary>Gives the memory back.</summary>
    public void Unpin()
    {
        Piece[] pieces = _pieces;
        int count = _count;
        _pieces = _few;
        _count = _next = _offset = 0;
        _isDropped = false;
        Left = 0;
        for (int i = 0; i < count; i++)
        {
            pieces[i].Handle.Dispose();
            pieces[i] = default;
        }

        if (pieces != _few)
            ArrayPool<Piece>.Shared.Return(pieces);
    }

    private void Reserve(in ReadOnlySequence<byte> data)
    {
        int count = 0;
        foreach (ReadOnlyMemory<byte> piece in data)
            count += piece.IsEmpty ? 0 : 1;
        if (count > FewPieces)
            _pieces = ArrayPool<Piece>.Shared.Rent(count);
    }

    private void Add(ReadOnlyMemory<byte> memory)
    {
        if (memory.IsEmpty)
            return;

        _pieces[_count] = new Piece { Handle = memory.Pin(), Length = memory.Length };
        _count++;
        Left += memory.Length;
    }

    private struct Piece
    {
        public MemoryHandle Handle;
        public int Length;
    }
}
