using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Uring;

[assembly: SupportedOSPlatform("linux")]

namespace RingSample;

/// <summary>
/// An echo server on nothing but the ring: one thread, no async. Connections have one request
/// under way at a time: receive, send until all is sent, receive again.
/// </summary>
/// <remarks>dotnet run -c Release --project samples/ring -- 127.0.0.1:7001</remarks>
internal static class Program
{
    private const ushort Group = 0;
    // So few that running out of them is seen: whoever finds none waits for one.
    private const int BufferCount = 16;
    private const int BufferSize = 4096;

    private const byte Accepted = 1;
    private const byte Received = 2;
    private const byte Sent = 3;
    private const byte Closed = 4;

    // The kernel writes to these buffers: pinned, because it knows them by their addresses.
    private static readonly byte[] Memory =
        GC.AllocateUninitializedArray<byte>(BufferCount * BufferSize, pinned: true);

    // What is left to send of each buffer.
    private static readonly (int Offset, int Length)[] Rest = new (int, int)[BufferCount];

    // Connections that found no free buffer.
    private static readonly Queue<int> Waiting = new();

    public static void Main(string[] args)
    {
        IPEndPoint endPoint = IPEndPoint.Parse(args is [var address] ? address : "127.0.0.1:7001");
        using var listener = new Socket(
            endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen();
        int listenerFd = (int)listener.Handle;

        using Ring ring = Ring.Create(new RingOptions { Entries = 256 });
        using BufferRing buffers = BufferRing.Create(ring, Group, BufferCount);
        for (ushort id = 0; id < BufferCount; id++)
            buffers.Add(AddressOf(id, 0), BufferSize, id);
        buffers.Publish();

        Accept(ring, listenerFd);
        Console.WriteLine($"Echo on {listener.LocalEndPoint}, by hand. Ctrl-C stops it.");
        while (true)
        {
            // One call into the kernel hands over all that was prepared, and waits. Its errors
            // (a signal, say) mean to come again: nothing that was prepared is lost.
            _ = ring.SubmitAndWait(1);
            ReadOnlySpan<Completion> ready = ring.ReadyCompletions;
            foreach (Completion completion in ready)
                Handle(ring, buffers, listenerFd, completion);
            ring.Advance(ready.Length);
            if (buffers.Staged != 0)
                buffers.Publish();
        }
    }

    private static void Handle(Ring ring, BufferRing buffers, int listenerFd, Completion completion)
    {
        // The token says what has completed, on which descriptor, with which buffer. A descriptor
        // will do for a name here, because it is closed only when nothing refers to it.
        int fd = (int)completion.Token.Slot;
        ushort id = (ushort)completion.Token.Generation;
        switch (completion.Token.Kind)
        {
            case Accepted:
                if (completion.Result >= 0)
                    Receive(ring, completion.Result);
                if (!completion.HasMore)
                    Accept(ring, listenerFd);
                break;

            case Received when completion.Error == Errno.ENOBUFS:
                Waiting.Enqueue(fd);
                break;

            case Received when completion.Result > 0:
                Rest[completion.BufferId] = (0, completion.Result);
                Send(ring, fd, completion.BufferId);
                break;

            case Received: // The end, or a failure; even then the kernel may have taken a buffer.
                if (completion.HasBuffer)
                    GiveBack(ring, buffers, completion.BufferId);
                Close(ring, fd);
                break;

            case Sent when completion.Result > 0 && completion.Result < Rest[id].Length:
                Rest[id].Offset += completion.Result;
                Rest[id].Length -= completion.Result;
                Send(ring, fd, id);
                break;

            case Sent:
                GiveBack(ring, buffers, id);
                if (completion.Result > 0)
                    Receive(ring, fd);
                else
                    Close(ring, fd);
                break;
        }
    }

    private static void Accept(Ring ring, int listenerFd)
    {
        Submission submission = Next(ring);
        submission.PrepareAcceptMultishot(listenerFd);
        submission.Token = new OperationToken(Accepted, 0, 0);
    }

    // The kernel takes a buffer when there is something to put into it: idle ones hold none.
    private static void Receive(Ring ring, int fd)
    {
        Submission submission = Next(ring);
        submission.PrepareReceiveSelect(fd, Group);
        submission.Token = new OperationToken(Received, (uint)fd, 0);
    }

    private static void Send(Ring ring, int fd, ushort id)
    {
        Submission submission = Next(ring);
        (int offset, int length) = Rest[id];
        submission.PrepareSend(fd, AddressOf(id, offset), (uint)length, MessageFlags.NoSignal);
        submission.Token = new OperationToken(Sent, (uint)fd, id);
    }

    private static void Close(Ring ring, int fd)
    {
        Submission submission = Next(ring);
        submission.PrepareClose(fd);
        submission.Token = new OperationToken(Closed, (uint)fd, 0);
    }

    private static void GiveBack(Ring ring, BufferRing buffers, ushort id)
    {
        buffers.Add(AddressOf(id, 0), BufferSize, id);
        if (Waiting.TryDequeue(out int fd))
            Receive(ring, fd);
    }

    // A full queue is handed over, then there is room again.
    private static Submission Next(Ring ring)
    {
        Submission submission;
        while (!ring.TryGetSubmission(out submission))
            _ = ring.Submit();
        return submission;
    }

    private static nint AddressOf(ushort id, int offset) =>
        Marshal.UnsafeAddrOfPinnedArrayElement(Memory, (id * BufferSize) + offset);
}
