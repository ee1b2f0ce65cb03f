using System.Runtime.Versioning;

namespace Sluice.Ipc.HandOver;

/// <summary>A block of another process, to be read where it lies, until it is released.</summary>
/// <remarks>
/// It is a handle, not a value: keep it in one place. <see cref="Release"/> clears the variable; a
/// copy of it is stale then and throws. Any thread may use it and release it. A span or a memory
/// that was taken from it is nobody's after the release, and is not invalidated. The sender can
/// change the bytes at any time: copy what matters before checking it.
/// </remarks>
[SupportedOSPlatform("linux")]
public struct SharedVectorLease
{
    private SharedVectorReceiver? _receiver;
    private readonly SlabView _view;
    private readonly int _offset;
    private readonly int _length;
    private readonly int _ticket;
    private readonly uint _generation;

    internal SharedVectorLease(
        SharedVectorReceiver receiver, SlabView view, in HandOverMessage message, uint generation)
    {
        _receiver = receiver;
        _view = view;
        _offset = (int)message.Offset;
        _length = (int)message.Length;
        _ticket = (int)message.Ticket;
        _generation = generation;
        Tag = message.Tag;
    }

    /// <summary>What the sender gave with the block.</summary>
    public ulong Tag { get; }

    /// <summary>Bytes.</summary>
    public readonly int Length => _length;

    /// <summary>True as long as this variable was not released. It says nothing of copies.
    /// </summary>
    public readonly bool HasReference => _receiver is not null;

    /// <summary>The bytes.</summary>
    /// <exception cref="InvalidOperationException">The block was released.</exception>
    public readonly ReadOnlySpan<byte> Span
    {
        get
        {
            RequireLive();
            return _view.Part(_offset, _length);
        }
    }

    /// <summary>The bytes, as something that can be stored. It does not hold the block.</summary>
    /// <exception cref="InvalidOperationException">The block was released.</exception>
    public readonly ReadOnlyMemory<byte> Memory
    {
        get
        {
            RequireLive();
            return _view.Memory.Slice(_offset, _length);
        }
    }

    /// <summary>The bytes, to be written to; the sender sees it.</summary>
    /// <exception cref="InvalidOperationException">
    /// The block was released, or the receiver cannot write:
    /// <see cref="SharedVectorReceiverOptions.CanWrite"/>.
    /// </exception>
    public readonly Span<byte> WritableSpan
    {
        get
        {
            RequireLive();
            if (!_view.IsWritable)
                throw new InvalidOperationException("The slab is mapped for reading only.");
            return _view.Part(_offset, _length);
        }
    }

    /// <summary>Gives the block back to its sender and clears this variable.</summary>
    /// <exception cref="InvalidOperationException">It was released already.</exception>
    public void Release()
    {
        if (_receiver is null)
            Throw();
        _receiver.Release(_view, _ticket, _generation);
        _receiver = null;
    }

    private readonly void RequireLive()
    {
        if (_receiver is null || !_receiver.IsLive(_ticket, _generation))
            Throw();
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Throw() =>
        throw new InvalidOperationException("The block was released already.");
}
