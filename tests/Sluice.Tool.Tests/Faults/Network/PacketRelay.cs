using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>
/// The wire between two namespaces: carries packets, and does to them what their fate says. It does
/// what <c>tc netem</c> does, and needs no kernel that has it.
/// </summary>
internal sealed unsafe partial class PacketRelay : IDisposable
{
    private const short POLLIN = 1;
    private const int PacketMax = 65_536;
    private const int WaitMs = 20;

    private readonly NetworkNamespace[] _ends;
    private readonly PriorityQueue<(int To, byte[] Packet), long> _under = new();
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private TaskCompletionSource _enough = new();
    private PacketFate _fate = new();
    private int _enoughAt;
    private volatile bool _hasEnded;
    private int _met;

    /// <param name="clients">One end.</param>
    /// <param name="servers">The other one.</param>
    public PacketRelay(NetworkNamespace clients, NetworkNamespace servers)
    {
        _ends = [clients, servers];
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whom connections that go no further are begun to.</summary>
    public IPEndPoint Target { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>From now on packets have a fate.</summary>
    /// <returns>That so many have met it.</returns>
    public Task BeginAsync(PacketFate fate, int count)
    {
        lock (_gate)
        {
            _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _enoughAt = count;
            _met = 0;
            _fate = fate;
            return _enough.Task;
        }
    }

    /// <summary>From now on nothing happens to packets.</summary>
    /// <returns>Whether something has happened to any.</returns>
    public bool End()
    {
        lock (_gate)
        {
            _fate = new PacketFate();
            return _met > 0;
        }
    }

    public void Dispose()
    {
        _hasEnded = true;
        _thread.Join();
    }

#pragma warning disable CA5394 // Nothing secret: which packets are lost.
    private void Run()
    {
        var random = new Random(1);
        var buffer = new byte[PacketMax];
        PollEntry* polls = stackalloc PollEntry[2];
        while (!_hasEnded)
        {
            PacketFate fate;
            lock (_gate)
                fate = _fate;
            for (int i = 0; i < 2; i++)
                polls[i] = new PollEntry { fd = Descriptor(i), events = POLLIN, revents = 0 };
            _ = poll(polls, 2, fate.SynsPerMs > 0 ? 1 : UntilNextMs());
            for (int from = 0; from < 2; from++)
            {
                if ((polls[from].revents & POLLIN) == 0)
                    continue;

                int length;
                fixed (byte* bytes = buffer)
                    length = (int)read(Descriptor(from), bytes, PacketMax);
                if (length > 0)
                    Meet(fate, 1 - from, buffer.AsSpan(0, length), random);
            }

            for (int i = 0; i < fate.SynsPerMs; i++)
                Write(1, SynPacket.Build(Target, Count()));
            Deliver();
        }
    }

    private void Meet(PacketFate fate, int to, ReadOnlySpan<byte> packet, Random random)
    {
        // The answer to a connection that goes no further finds nobody.
        if (SynPacket.IsAnswer(packet))
            return;
        if (Happens(fate.Lost, random))
        {
            Count();
            return;
        }

        byte[] copy = packet.ToArray();
        TimeSpan delay = fate.Delay;
        if (Happens(fate.Corrupted, random))
        {
            Count();
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        }

        if (Happens(fate.Late, random))
        {
            Count();
            delay += fate.Lateness;
        }

        if (Happens(fate.Doubled, random))
        {
            Count();
            Send(to, copy, delay);
        }

        if (fate.Delay > TimeSpan.Zero)
            Count();
        Send(to, copy, delay);
    }

    // The first packet always meets it: else a short phase would go by without it.
    private bool Happens(double chance, Random random)
    {
        double drawn = random.NextDouble();
        lock (_gate)
            return chance > 0 && (_met == 0 || drawn < chance);
    }
#pragma warning restore CA5394

    private uint Count()
    {
        lock (_gate)
        {
            if (++_met >= _enoughAt)
                _enough.TrySetResult();
            return (uint)_met;
        }
    }

    private void Send(int to, byte[] packet, TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
        {
            Write(to, packet);
            return;
        }

        long ticks = (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _under.Enqueue((to, packet), Stopwatch.GetTimestamp() + ticks);
    }

    private void Deliver()
    {
        while (_under.TryPeek(out (int To, byte[] Packet) next, out long due)
            && due <= Stopwatch.GetTimestamp())
        {
            _under.Dequeue();
            Write(next.To, next.Packet);
        }
    }

    private int UntilNextMs() => _under.TryPeek(out _, out long due)
        ? (int)Math.Clamp((due - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency, 0, WaitMs)
        : WaitMs;

    private void Write(int to, byte[] packet)
    {
        fixed (byte* bytes = packet)
            _ = write(Descriptor(to), bytes, (nuint)packet.Length);
    }

    private int Descriptor(int end) => (int)_ends[end].Packets.DangerousGetHandle();

    [LibraryImport("libc")]
    private static partial int poll(PollEntry* polls, nuint count, int timeout);

    [LibraryImport("libc")]
    private static partial nint read(int fd, byte* bytes, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int fd, byte* bytes, nuint count);

    private struct PollEntry
    {
        public int fd;
        public short events;
        public short revents;
    }
}
