using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// The send of one connection, of several segments in one system call and without allocation.
/// One at a time.
/// </summary>
internal sealed class SocketSender : SocketAsyncEventArgs, IValueTaskSource<int>
{
    private readonly Socket _socket;
    private readonly List<ArraySegment<byte>> _segments = [];
    private ManualResetValueTaskSourceCore<int> _completion;

    // Continuations do not need the context of whoever started the send.
    public SocketSender(Socket socket)
        : base(true) => _socket = socket;

    /// <summary>Sends; the memory is in use until the task has completed.</summary>
    /// <returns>The number of bytes that the kernel took.</returns>
    /// <exception cref="SocketException">The send failed.</exception>
    public ValueTask<int> SendAsync(in ReadOnlySequence<byte> data)
    {
        _completion.Reset();
        Use(in data);
        if (!_socket.SendAsync(this))
            Complete();
        return new(this, _completion.Version);
    }

    int IValueTaskSource<int>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) =>
        _completion.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();

    private void Use(in ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
        {
            BufferList = null;
            SetBuffer(MemoryMarshal.AsMemory(data.First));
            return;
        }

        SetBuffer(null, 0, 0);
        _segments.Clear();
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            // The pipe's memory comes from the pool of arrays.
            _ = MemoryMarshal.TryGetArray(segment, out ArraySegment<byte> array);
            _segments.Add(array);
        }

        BufferList = _segments;
    }

    private void Complete()
    {
        if (SocketError == SocketError.Success)
            _completion.SetResult(BytesTransferred);
        else
            _completion.SetException(new SocketException((int)SocketError));
    }
}
