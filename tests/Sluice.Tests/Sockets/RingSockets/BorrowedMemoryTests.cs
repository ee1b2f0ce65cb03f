using System.Buffers;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Connections;
using Sluice.Uring;

namespace Sluice.Tests.Sockets.RingSockets;

public sealed class BorrowedMemoryTests
{
    private readonly BorrowedMemory _memory = new();
    private readonly BufferSegment[] _segments = new BufferSegment[16];

    [Fact]
    public void Gather_MorePiecesThanSegments_GoesOnWhereItStopped()
    {
        FarMemory[] pieces = [.. Enumerable.Range(1, 40).Select(i => new FarMemory(i * 4096, 10))];
        _memory.Pin(TestSequence.Of([.. pieces.Select(p => (ReadOnlyMemory<byte>)p.Memory)]));

        var seen = new List<nint>();
        while (!_memory.IsFree)
        {
            int count = _memory.Gather(_segments);
            seen.AddRange(_segments.Take(count).Select(s => s.Address));
            _memory.Consume(count * 10);
        }

        Assert.Equal(pieces.Select(p => p.Address), seen);
        Assert.True(_memory.IsSent);
    }

    [Fact]
    public void Consume_PartOfAPiece_GathersTheRest()
    {
        var piece = new FarMemory(4096, 100);
        var next = new FarMemory(8192, 50);
        _memory.Pin(TestSequence.Of(piece.Memory, next.Memory));

        _ = _memory.Gather(_segments);
        _memory.Consume(60);
        int count = _memory.Gather(_segments);

        Assert.Equal(
            [(4096 + 60, 40), (8192, 50)],
            _segments.Take(count).Select(s => ((int)s.Address, (int)s.Length)));
        Assert.Equal(90, _memory.Left);
        Assert.False(_memory.IsFree);
    }

    [Fact]
    public void Gather_MoreThanAnIntCounts_IsCutAndGoesOn()
    {
        const long Length = 5L * int.MaxValue;
        var piece = new FarMemory(1 << 12, int.MaxValue);
        ReadOnlyMemory<byte> whole = piece.Memory;
        _memory.Pin(TestSequence.Of(whole, whole, whole, whole, whole));

        Assert.Equal(Length, _memory.Left);
        long sent = 0;
        while (!_memory.IsFree)
        {
            int count = _memory.Gather(_segments);
            long length = _segments.Take(count).Sum(s => (long)s.Length);
            Assert.InRange(length, 1, 1 << 30);
            _memory.Consume((int)length);
            sent += length;
        }

        Assert.Equal(Length, sent);
    }

    [Fact]
    public void Pin_OnePieceCannotBePinned_UnpinsTheOthers()
    {
        var good = new FarMemory(4096, 10);
        var bad = new FarMemory(8192, 10) { Fails = true };

        Assert.Throws<InvalidOperationException>(() => _memory.Pin(
            TestSequence.Of(good.Memory, good.Memory, good.Memory, bad.Memory)));

        Assert.Equal(0, good.Pins);
        _memory.Pin(new ReadOnlySequence<byte>(good.Memory));
        Assert.Equal(10, _memory.Left);
    }

    [Fact]
    public void Drop_PartWasSent_IsFreeAndNotSent()
    {
        _memory.Pin(new ReadOnlySequence<byte>(new FarMemory(4096, 10).Memory));
        _memory.Consume(4);

        _memory.Drop();

        Assert.True(_memory.IsFree);
        Assert.False(_memory.IsSent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(200)]
    public void Unpin_UsedAgain_BeginsAnew(int count)
    {
        var piece = new FarMemory(4096, 10);
        for (int i = 0; i < 3; i++)
        {
            _memory.Pin(TestSequence.Of(
                [.. Enumerable.Repeat((ReadOnlyMemory<byte>)piece.Memory, count)]));
            Assert.Equal(count, piece.Pins);
            Assert.Equal(count * 10, _memory.Left);
            _memory.Consume(3);
            _memory.Drop();
            _memory.Unpin();
            Assert.Equal(0, piece.Pins);
        }
    }

    // Memory that nobody touches, of any length, at an address of one's choice.
    private sealed unsafe class FarMemory(int address, int length) : MemoryManager<byte>
    {
        public nint Address => address;

        public int Pins { get; private set; }

        public bool Fails { get; init; }

        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan() =>
            throw new InvalidOperationException("There are no bytes.");

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            if (Fails)
                throw new InvalidOperationException("It cannot be pinned.");
            Pins++;
            return new MemoryHandle((byte*)address + elementIndex, default, this);
        }

        public override void Unpin() => Pins--;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
