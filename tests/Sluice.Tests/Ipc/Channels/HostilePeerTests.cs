using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Memory;
using Sluice.Tests.Processes;
using Sluice.Uring.Interop;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>
/// What a peer that breaks the rules can send and write: 100,000 cases, none of which may crash,
/// hang, or leave a descriptor or memory behind.
/// </summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed unsafe class HostilePeerTests
{
    private const int Capacity = 4096;
    private static readonly ChannelGeometry Geometry = new(ChannelKind.Lanes, 1, 8, Capacity);

    [Fact]
    [Trait("pitfall", "45")]
    public void LaneReader_RandomRing_StaysInsideIt()
    {
        const int Cases = 40_000;
        using var ring = new GuardedRing(Capacity);
        var random = new Random(45);
        int faults = 0;
        for (int i = 0; i < Cases; i++)
        {
            long head = Head(random);
            FillRing(random, ring.Data, head);
            *ring.Words = head;
            LaneReader reader;
            try
            {
                reader = new LaneReader(ring.Data, ring.Words, (uint*)ring.Words + 32, Geometry);
            }
            catch (SharedChannelException)
            {
                faults++;
                continue;
            }

            // A ring cannot hold more messages than this: else the reading would never end.
            int messages = 0;
            int sum = 0;
            while (messages <= Capacity / 8 && reader.TryRead(out ReadOnlySpan<byte> message))
            {
                messages++;
                foreach (byte value in message)
                    sum += value;
            }

            Assert.InRange(messages, 0, (Capacity / 8) - 1);
            Assert.True(sum >= 0);
            if (reader.Fault is not null)
                faults++;
        }

        Assert.InRange(faults, Cases / 10, Cases);
    }

    [Fact]
    [Trait("pitfall", "45")]
    public void LaneWriter_RandomHead_FaultsOrStaysInsideTheRing()
    {
        const int Cases = 20_000;
        using var ring = new GuardedRing(Capacity);
        var random = new Random(46);
        int faults = 0;
        for (int i = 0; i < Cases; i++)
        {
            new Span<byte>(ring.Data, Capacity).Clear();
            *ring.Words = 0;
            var writer = new LaneWriter(ring.Data, ring.Words, Geometry);
            try
            {
                for (int step = 0; step < 200; step++)
                {
                    if (random.Next(20) == 0)
                        *ring.Words = Head(random);
                    var message = new ReadOnlySpan<byte>(ring.Data, random.Next(2041));
                    if (!writer.TryWriteFast(message)
                        && writer.TryClaim(message.Length, out Span<byte> room))
                    {
                        room.Fill(1);
                        writer.Commit(room.Length);
                    }
                }
            }
            catch (SharedChannelException error)
            {
                Assert.Equal("head", error.Check);
                faults++;
            }
        }

        Assert.InRange(faults, Cases / 2, Cases);
    }

    [Fact]
    [Trait("pitfall", "45")]
    public void LaneWriter_AttachedToARandomRing_FaultsOrFindsTheEnd()
    {
        const int Cases = 10_000;
        using var ring = new GuardedRing(Capacity);
        var random = new Random(47);
        for (int i = 0; i < Cases; i++)
        {
            long head = Head(random);
            FillRing(random, ring.Data, head);
            *ring.Words = head;
            try
            {
                var writer = new LaneWriter(ring.Data, ring.Words, Geometry);
                _ = writer.TryClaim(random.Next(2041), out Span<byte> room);
                room.Fill(1);
            }
            catch (SharedChannelException error)
            {
                Assert.Contains(error.Check, (string[])["head", "records"]);
            }
        }
    }

    [Fact]
    [Trait("pitfall", "45")]
    public void Broadcast_RandomWordsAndRing_StaysInsideIt()
    {
        const int Cases = 20_000;
        using var ring = new GuardedRing(Capacity);
        var geometry = new ChannelGeometry(ChannelKind.Broadcast, 1, 8, Capacity);
        var random = new Random(48);
        var buffer = new byte[Capacity];
        var words = (byte*)ring.Words;
        for (int i = 0; i < Cases; i++)
        {
            long tail = Head(random);
            FillRing(random, ring.Data, Math.Max(tail, 0));
            *(long*)(words + ChannelLayout.Tail) = tail;
            try
            {
                var reader = new BroadcastReading(ring.Data, words, geometry);
                for (int step = 0; step < 20; step++)
                {
                    *(long*)(words + ChannelLayout.Tail) = tail + random.Next(-1, 8000);
                    *(long*)(words + ChannelLayout.Latest) = tail + random.Next(-1, 8000);
                    *(long*)(words + ChannelLayout.Intent) = tail + random.Next(-1, 12000);
                    if (reader.TryRead(buffer, out SharedBroadcastMessage message))
                        Assert.InRange(message.Length, 0, geometry.BroadcastLengthMax);
                }
            }
            catch (SharedChannelException error)
            {
                Assert.NotEqual("", error.Check);
            }
        }
    }

    [Fact]
    [Trait("pitfall", "43")]
    [Trait("pitfall", "45")]
    public void Attach_RandomInvitations_RefusesThemAndKeepsNothing()
    {
        const int WarmUp = 2_000;
        const int Rounds = 8;
        const int CasesPerRound = 2_000;
        var random = new Random(49);
        using var material = new HostileMaterial();
        int refused = Invite(random, material, WarmUp);
        ProcessFigures.Settle();
        int descriptors = ProcessFigures.DescriptorCountOfOurs;
        int threads = ProcessFigures.ThreadCount;

        long[] bytes = new long[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            refused += Invite(random, material, CasesPerRound);
            bytes[round] = ProcessFigures.ResidentBytes();
        }

        // What leaks is there in every later round; what the runtime takes for a while is not.
        Assert.InRange(ProcessFigures.DescriptorCountOfOurs, 0, descriptors + 2);
        Assert.InRange(ProcessFigures.ThreadCount, 0, threads + 4);
        Assert.InRange(
            bytes[(Rounds / 2)..].Min(), 0, bytes[..(Rounds / 2)].Min() + (12L << 20));
        Assert.InRange(refused, WarmUp, WarmUp + (Rounds * CasesPerRound) - 1);
    }

    private static int Invite(Random random, HostileMaterial material, int cases)
    {
        int refused = 0;
        for (int i = 0; i < cases; i++)
        {
            (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair(
                random.Next(2) == 0
                    ? System.Net.Sockets.SocketType.Stream
                    : System.Net.Sockets.SocketType.Seqpacket);
            using (far)
            {
                using (near)
                    near.Send(material.Message(random), material.Descriptors(random));
                try
                {
                    switch (random.Next(3))
                    {
                        case 0:
                            using (SharedChannel.AttachWriter(far))
                                break;
                        case 1:
                            using (SharedChannel.AttachReader(far))
                                break;
                        default:
                            using (SharedChannel.AttachBroadcast(far))
                                break;
                    }
                }
                catch (SharedChannelException error)
                {
                    Assert.NotEqual("", error.Check);
                    refused++;
                }
            }
        }

        return refused;
    }

    private static long Head(Random random) => random.Next(6) switch
    {
        0 => random.NextInt64(),
        1 => -random.NextInt64(),
        2 => random.Next(3 * Capacity),
        _ => random.Next(3 * Capacity / 8) * 8L,
    };

    // Sound records from the head on, until something else follows.
    private static void FillRing(Random random, byte* data, long head)
    {
        var ring = new Span<byte>(data, Capacity);
        if (random.Next(2) == 0)
            ring.Clear();
        else
            random.NextBytes(ring);
        long position = head & ~7L;
        for (int i = random.Next(40); i > 0; i--)
        {
            var slot = (ulong*)(data + (position & (Capacity - 1)));
            long rest = Capacity - (position & (Capacity - 1));
            int length = random.Next(8) == 0 ? random.Next(5000) : random.Next(100);
            *slot = random.Next(30) switch
            {
                0 => (ulong)random.NextInt64(),
                1 => RecordHeader.ForPadding(position, random.Next(5000)),
                2 => RecordHeader.ForData(position, -length),
                3 => 0,
                _ when length + 8 > rest => RecordHeader.ForPadding(position, rest - 8),
                _ => RecordHeader.ForData(position, length),
            };
            position += length + 8 > rest ? rest : (length + 15) & ~7;
        }
    }

    /// <summary>A ring between pages that nobody may touch: a step outside ends the process.
    /// </summary>
    private sealed class GuardedRing : IDisposable
    {
        private const int Page = 4096;
        private readonly nint _start;
        private readonly nuint _size;

        public GuardedRing(int capacity)
        {
            // Guard, words, guard, ring, guard.
            _size = (nuint)(capacity + (4 * Page));
            const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
            _start = Libc.Map(0, _size, 0, Flags, -1, 0);
            Words = (long*)Open(_start + Page, Page);
            Data = (byte*)Open(_start + (3 * Page), capacity);
        }

        public byte* Data { get; }

        public long* Words { get; }

        public void Dispose() => _ = Libc.Unmap(_start, _size);

        private static nint Open(nint address, int size)
        {
            const int Fixed = 0x10;
            const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Fixed;
            const int Protection = Libc.PROT_READ | Libc.PROT_WRITE;
            nint mapped = Libc.Map(address, (nuint)size, Protection, Flags, -1, 0);
            Assert.Equal(address, mapped);
            return mapped;
        }
    }
}
