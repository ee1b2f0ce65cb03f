using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Uring;

namespace Sluice.Ipc;

/// <summary>
/// One message on its way: its header, its descriptors, and the caller's memory, in places that
/// do not move until the kernel has let go of them.
/// </summary>
internal sealed unsafe class MessageOperation : IDisposable
{
    private readonly MessageHeader[] _header = GC.AllocateArray<MessageHeader>(1, pinned: true);
    private readonly BufferSegment[] _segment = GC.AllocateArray<BufferSegment>(1, pinned: true);
    private readonly byte[] _control;
    private readonly MemoryHandle _pin;
    private readonly SafeHandle _socket;
    private readonly bool _isHeld;

    public MessageOperation(SafeHandle socket, ReadOnlyMemory<byte> payload, int controlSize)
    {
        _control = GC.AllocateArray<byte>(controlSize, pinned: true);
        _socket = socket;
        _pin = payload.Pin();
        try
        {
            socket.DangerousAddRef(ref _isHeld);
        }
        catch
        {
            _pin.Dispose();
            throw;
        }

        _segment[0] = new BufferSegment((nint)_pin.Pointer, (nuint)payload.Length);
        _header[0] = new MessageHeader
        {
            Segments = AddressOf(_segment),
            SegmentCount = 1,
            Control = controlSize == 0 ? 0 : AddressOf(_control),
            ControlLength = (nuint)controlSize,
        };
    }

    public int Socket => (int)_socket.DangerousGetHandle();

    public MessageHeader* Header => (MessageHeader*)AddressOf(_header);

    public Span<byte> Control => _control;

    /// <summary>
    /// The message as it was received; descriptors that break the rules are closed.
    /// </summary>
    /// <param name="length">Bytes that came.</param>
    /// <param name="descriptorsMax">How many descriptors the caller wants.</param>
    /// <exception cref="InvalidDataException">There were more; all are closed.</exception>
    public DescriptorMessage Received(int length, int descriptorsMax)
    {
        List<int> asked = [];
        List<int> unasked = [];
        var controlLength = (int)Math.Min(_header[0].ControlLength, (nuint)_control.Length);
        ControlData.Read(_control.AsSpan(0, controlLength), asked, unasked);
        var handles = new SafeFileHandle[asked.Count];
        for (int i = 0; i < handles.Length; i++)
            handles[i] = new SafeFileHandle(asked[i], ownsHandle: true);
        foreach (int fd in unasked)
            _ = IpcLibc.Close(fd);

        var flags = (int)_header[0].Flags;
        var message = new DescriptorMessage(length, (flags & IpcLibc.MSG_TRUNC) != 0, handles);
        if ((flags & IpcLibc.MSG_CTRUNC) == 0 && handles.Length <= descriptorsMax)
            return message;

        // What is missing cannot be told from what was never sent: nothing of it can be trusted.
        message.Dispose();
        throw new InvalidDataException(
            $"More descriptors came than the {descriptorsMax} that were wanted; all were closed.");
    }

    public void Dispose()
    {
        _pin.Dispose();
        if (_isHeld)
            _socket.DangerousRelease();
    }

    // Sound because the arrays are in the heap of objects that do not move.
    private static nint AddressOf<T>(T[] array) =>
        array.Length == 0 ? 0 : Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
}
