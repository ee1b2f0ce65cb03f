using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;

namespace Sluice.Tool.Bench.Figures.Messages;

/// <summary>
/// A pair of UNIX stream sockets, or two pipes: a system call for each message that is sent. Who
/// receives takes as many as there are.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class DescriptorWay(bool isSocket) : MessageWay
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int CLOEXEC = 0x80000;
    private const int InterruptedCall = 4;
    private const int Room = 64 * 1024;

    private readonly byte[] _received = new byte[Room];
    private SafeFileHandle _in = null!;
    private SafeFileHandle _out = null!;
    private ulong _sent;
    private ulong _next;
    private int _start;
    private int _end;

    public override void Open(DescriptorChannel link)
    {
        SafeFileHandle otherIn;
        SafeFileHandle otherOut;
        if (isSocket)
        {
            (_in, otherIn) = Pair();
            _out = _in;
            otherOut = otherIn;
        }
        else
        {
            (_in, otherOut) = Pipe();
            (otherIn, _out) = Pipe();
        }

        link.Send(new byte[1], otherIn, otherOut);
        otherIn.Dispose();
        otherOut.Dispose();
    }

    public override void Join(DescriptorChannel link)
    {
        using DescriptorMessage parts = link.Receive(new byte[1], descriptorsMax: 2);
        _in = parts.Take(0);
        _out = parts.Take(1);
    }

    public override void Dispose()
    {
        _in?.Dispose();
        _out?.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Write()
    {
        for (int i = 0; i < Chunk; i++)
            Send();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Read()
    {
        for (int i = 0; i < Chunk; i++)
            Receive();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Ask()
    {
        for (int i = 0; i < RoundTrips; i++)
        {
            Send();
            Receive();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Answer()
    {
        for (int i = 0; i < RoundTrips; i++)
        {
            Receive();
            Send();
        }
    }

    private static (SafeFileHandle First, SafeFileHandle Second) Pair()
    {
        int* ends = stackalloc int[2];
        Require(SocketPair(AF_UNIX, SOCK_STREAM | CLOEXEC, 0, ends));
        return (new SafeFileHandle(ends[0], true), new SafeFileHandle(ends[1], true));
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        int* ends = stackalloc int[2];
        Require(PipeCall(ends, CLOEXEC));
        return (new SafeFileHandle(ends[0], true), new SafeFileHandle(ends[1], true));
    }

    private static void Require(nint result)
    {
        if (result < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    private void Send()
    {
        byte* message = stackalloc byte[Length];
        *(ulong*)message = _sent++;
        for (int sent = 0; sent < Length;)
        {
            nint count = WriteCall(_out, message + sent, Length - sent);
            if (count < 0 && Marshal.GetLastPInvokeError() == InterruptedCall)
                continue;
            Require(count);
            sent += (int)count;
        }
    }

    private void Receive()
    {
        while (_end - _start < Length)
            Fill();
        Require(_received.AsSpan(_start, Length), _next++);
        _start += Length;
    }

    private void Fill()
    {
        _received.AsSpan(_start.._end).CopyTo(_received);
        _end -= _start;
        _start = 0;
        fixed (byte* room = &_received[_end])
        {
            nint count = ReadCall(_in, room, Room - _end);
            if (count < 0 && Marshal.GetLastPInvokeError() == InterruptedCall)
                return;
            Require(count);
            if (count == 0)
                throw new EndOfStreamException("The other process has gone.");
            _end += (int)count;
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int PipeCall(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCall(SafeFileHandle file, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCall(SafeFileHandle file, byte* data, nint length);
}
