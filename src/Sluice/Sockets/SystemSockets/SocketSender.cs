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

    /// <summary>
    /// Sends as many of the pieces as go in one call; the memory is in use until the task has
    /// completed.
    /// </summary>
    /// <param name="data">What to send; not empty.</param>
    /// <param name="piecesMax">The most pieces of one call.</param>
    /// <returns>The number of bytes that the kernel took.</returns>
    /// <exception cref="SocketException">The send failed.</exception>
    public ValueTask<int> SendAsync(in ReadOnlySequence<byte> data, int piecesMax = int.MaxValue)
    {
        _completion.Reset();
        Use(in data, piecesMax);
        if (!_socket.SendAsync(this))
            Complete();
        return new(this, _completion.Version);
    }

    /// <summary>Refers no more to what was sent last.</summary>
    public void Forget()
    {
        _segments.Clear();
        BufferList = null;
        SetBuffer(null, 0, 0);
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

    // A list of pieces can only be one of arrays; other memory goes piece by piece.
    private void Use(in ReadOnlySequence<byte> data, int piecesMax)
    {
        _segments.Clear();
        ReadOnlyMemory<byte> first = default;
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (piece.IsEmpty)
                continue;
            if (first.IsEmpty)
                first = piece;
            if (_segments.Count == piecesMax
                || !MemoryMarshal.TryGetArray(piece, out ArraySegment<byte> array))
            {
                break;
            }

            _segments.Add(array);
        }

        if (_segments.Count < 2)
        {
            BufferList = null;
            SetBuffer(MemoryMarshal.AsMemory(first));
            return;
        }

        SetBuffer(null, 0, 0);
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
