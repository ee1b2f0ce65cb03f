using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Uring;

namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/ring.md. Each region stands there word for word.</summary>
[SupportedOSPlatform("linux")]
public sealed class RingGuide
{
    private const byte Read = 1;
    private const byte Received = 2;
    private const byte Greeting = 3;

    [Fact]
    public void Setup()
    {
        #region docs: setup
        using Ring ring = Ring.Create(new RingOptions
        {
            Entries = 256,
            CompletionEntries = 4096,
            Flags = RingSetupFlags.SubmitAll | RingSetupFlags.NoSqArray | RingSetupFlags.Clamp
                | RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun,
        });

        RingSetupFlags granted = ring.SetupFlags;       // not what was asked for
        RingFeatures features = ring.Features;          // what the kernel says it can do
        #endregion

        Assert.True(ring.CompletionEntries >= 4096);
        Assert.NotEqual(RingSetupFlags.None, granted);
        Assert.True(features.HasFlag(RingFeatures.NoDrop));
    }

    [Fact]
    public void ReadFile()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "Hello, ring!");
        using Ring ring = Ring.Create(new RingOptions { Entries = 8 });

        #region docs: read
        using SafeFileHandle file = File.OpenHandle(path);
        byte[] memory = GC.AllocateUninitializedArray<byte>(4096, pinned: true);

        if (!ring.TryGetSubmission(out Submission submission))
            throw new InvalidOperationException("The queue is full: submit first.");
        submission.PrepareRead(
            (int)file.DangerousGetHandle(),
            Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0),
            (uint)memory.Length,
            offset: 0);
        submission.Token = new OperationToken(Read, slot: 0, generation: 1);

        RingResult entered = ring.SubmitAndWait(1);     // one system call, for all of them
        #endregion

        string text = "";

        #region docs: completions
        ReadOnlySpan<Completion> ready = ring.ReadyCompletions;
        foreach (Completion completion in ready)
        {
            if (completion.Error != Errno.None)
                throw new IOException($"Operation {completion.Token.Kind}: {completion.Error}");
            text = Encoding.UTF8.GetString(memory, 0, completion.Result);
        }

        ring.Advance(ready.Length);     // the entries are the kernel's again
        #endregion

        File.Delete(path);
        Assert.Equal(1, entered.Count);
        Assert.Equal("Hello, ring!", text);
    }

    #region docs: next
    private static Submission Next(Ring ring)
    {
        Submission submission;
        while (!ring.TryGetSubmission(out submission))
            _ = ring.Submit();      // a full queue is handed over; then there is room
        return submission;
    }
    #endregion

    [Fact]
    public void BufferRings()
    {
        using var pair = new SocketPair();
        int fd = pair.Descriptor;
        using Ring ring = Ring.Create(new RingOptions { Entries = 8 });

        #region docs: buffers
        const ushort Group = 0;
        const int Size = 4096;
        byte[] memory = GC.AllocateUninitializedArray<byte>(16 * Size, pinned: true);
        using BufferRing buffers = BufferRing.Create(ring, Group, count: 16);
        for (ushort id = 0; id < 16; id++)
            buffers.Add(Marshal.UnsafeAddrOfPinnedArrayElement(memory, id * Size), Size, id);
        buffers.Publish();                              // one store for the whole batch

        Submission receive = Next(ring);
        receive.PrepareReceiveMultishot(fd, Group);
        receive.Token = new OperationToken(Received, slot: 7, generation: 1);
        _ = ring.Submit();
        #endregion

        pair.Send("ping"u8);
        string text = "";

        #region docs: received
        RingResult waited = ring.Wait(out Completion completion, TimeSpan.FromSeconds(30));
        if (completion.HasBuffer)
        {
            ushort id = completion.BufferId;
            text = Encoding.ASCII.GetString(memory, id * Size, Math.Max(completion.Result, 0));

            buffers.Add(Marshal.UnsafeAddrOfPinnedArrayElement(memory, id * Size), Size, id);
            buffers.Publish();                          // it goes round
        }

        bool mustArmAgain = !completion.HasMore;        // the end, an error, or no buffer left
        ring.Seen();
        #endregion

        Assert.True(waited.IsSuccess);
        Assert.Equal("ping", text);
        Assert.False(mustArmAgain);
    }

    [Fact]
    public void Registered()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "fixed");
        using SafeFileHandle file = File.OpenHandle(path);
        using Ring ring = Ring.Create(new RingOptions { Entries = 8 });
        byte[] memory = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);

        #region docs: registered
        RingResult pinned = ring.Registration.Buffers.Register([new BufferSegment(address, 4096)]);
        RingResult table = ring.Registration.Files.Register([(int)file.DangerousGetHandle()]);

        Submission read = Next(ring);
        read.PrepareReadFixed(fd: 0, address, 4096, offset: 0, bufferIndex: 0);
        read.Flags |= SubmissionFlags.FixedFile;        // fd is a slot of the table
        #endregion

        Assert.True(pinned.IsSuccess);
        Assert.True(table.IsSuccess);
        Assert.True(ring.SubmitAndWait(1).IsSuccess);
        Assert.True(ring.TryPeek(out Completion completion));
        Assert.Equal("fixed"u8.Length, completion.Result);
        File.Delete(path);
    }

    [Fact]
    public void Messages()
    {
        using Ring ring = Ring.Create(new RingOptions { Entries = 8 });
        using Ring other = Ring.Create(new RingOptions { Entries = 8 });
        Assert.SkipUnless(ring.Probe().Supports(Opcode.MessageRing), "no messages between rings");

        #region docs: messages
        Submission message = Next(ring);
        var greeting = new OperationToken(Greeting, slot: 0, generation: 0);
        message.PrepareMessageRing(other.Descriptor, result: 42, greeting.Value);
        _ = ring.SubmitAndWait(1);                      // the sender's own completion

        RingResult waited = other.Wait(out Completion completion);
        bool isGreeting = completion.Token.Kind == Greeting && completion.Result == 42;
        #endregion

        Assert.True(waited.IsSuccess);
        Assert.True(isGreeting);
    }

    [Fact]
    public void Probe()
    {
        #region docs: probe
        using Ring ring = Ring.Create(new RingOptions { Entries = 1 });
        RingProbe probe = ring.Probe();
        bool canListen = probe.Supports(Opcode.Listen);
        Opcode last = probe.Last;
        #endregion

        Assert.True(probe.Supports(Opcode.Nop));
        Assert.Equal(canListen, last >= Opcode.Listen);
    }

    [Fact]
    public void End()
    {
        using var pair = new SocketPair();
        Ring ring = Ring.Create(new RingOptions { Entries = 8 });
        Submission receive = Next(ring);
        byte[] memory = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        receive.PrepareReceive(
            pair.Descriptor, Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0), 4096);
        receive.UserData = 1;
        _ = ring.Submit();

        #region docs: end
        // One operation; its terminal completion comes with ECANCELED, or with what it had done.
        Submission cancel = Next(ring);
        cancel.PrepareCancel(userData: 1);
        cancel.UserData = 2;
        _ = ring.SubmitAndWait(2);

        // All of them: the ring cancels, waits, and only then is gone. Memory is freed after it.
        ring.Dispose();
        #endregion

        Assert.Throws<ObjectDisposedException>(() => ring.CompletionsReady);
        GC.KeepAlive(memory);
    }
}
