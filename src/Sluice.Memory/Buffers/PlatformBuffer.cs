// Long: the cursor, its checks and its views are one invariant; typed access stands elsewhere.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>
/// A piece of memory with a cursor: written front to back, then read front to back.
/// </summary>
/// <remarks>
/// <code>
///   0          Position           Limit          Capacity
///   |   done   |    Remaining     |    not used  |
/// </code>
/// <para>
/// <b>Ownership.</b> Who allocates or wraps a buffer disposes it; that ends the buffer and all
/// slices of its memory: every later use throws <see cref="ObjectDisposedException"/>. Disposing
/// a slice ends that slice alone. The memory itself stays
/// until the last <see cref="Pin"/> ends, so what the kernel still uses is never freed under it.
/// A slice of a buffer from a pool is different: it keeps the memory for
/// itself. Native memory that nobody disposed is freed by the garbage collector and reported
/// (<see cref="BufferLeaks"/>).
/// </para>
/// <para>
/// <b>Threads.</b> One thread at a time; a buffer may be handed from one to another.
/// <see cref="Dispose()"/> may race with itself. A span that was taken from a buffer cannot be
/// taken back: do not use it after the dispose.
/// </para>
/// <para>
/// <b>Errors.</b> A call that throws has changed nothing, the position included.
/// Reading beyond <see cref="Limit"/> throws <see cref="BufferUnderflowException"/>, writing
/// <see cref="BufferOverflowException"/>; arguments that fit no buffer throw
/// <see cref="ArgumentOutOfRangeException"/>.
/// </para>
/// <para>Idea: the buffers of reference/buffer-linux-platform.md, and java.nio.ByteBuffer.</para>
/// </remarks>
/// <example>
/// <code>
/// using PlatformBuffer buffer = PlatformBuffer.Allocate(1024, AllocationZone.Direct);
/// buffer.WriteInt32(42);
/// buffer.ResetForRead();
/// int value = buffer.ReadInt32();
/// </code>
/// </example>
public abstract class PlatformBuffer : IDisposable, IBufferWriter<byte>
{
    // The array of the buffer, or the anchor if the memory is native; and how far from its first
    // byte that of the buffer is.
    private readonly byte[] _base;
    private readonly nint _distance;
    private readonly bool _isView;
    private readonly BufferMemory _memory;
    private BufferMemoryManager? _manager;
    private int _generation;
    private int _capacity;
    private int _position;
    private int _limit;

    private protected PlatformBuffer(
        BufferMemory memory, byte[]? array, nint origin, int capacity, bool isView)
    {
        _memory = memory;
        _generation = memory.Generation;
        _base = array ?? NativeAnchor.Array;
        _distance = array is null ? origin - NativeAnchor.Address : origin;
        _capacity = capacity;
        _limit = capacity;
        _isView = isView;
    }

    /// <summary>Where the memory comes from.</summary>
    public abstract AllocationZone Zone { get; }

    /// <summary>Bytes that the buffer can hold.</summary>
    public int Capacity
    {
        get
        {
            ThrowIfDisposed();
            return _capacity;
        }
    }

    /// <summary>Index of the next byte to read or to write; at most <see cref="Limit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above the limit.</exception>
    public int Position
    {
        get
        {
            ThrowIfDisposed();
            return _position;
        }

        set
        {
            ThrowIfDisposed();
            if ((uint)value > (uint)_limit)
                BufferThrow.OutOfRange(nameof(value), value, 0, _limit);
            _position = value;
        }
    }

    /// <summary>
    /// Index behind the last byte to read or to write; at most <see cref="Capacity"/>. A limit
    /// below the position takes the position with it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above the capacity.</exception>
    public int Limit
    {
        get
        {
            ThrowIfDisposed();
            return _limit;
        }

        set
        {
            ThrowIfDisposed();
            if ((uint)value > (uint)_capacity)
                BufferThrow.OutOfRange(nameof(value), value, 0, _capacity);
            _limit = value;
            _position = Math.Min(_position, value);
        }
    }

    /// <summary>Bytes from the position to the limit.</summary>
    public int Remaining
    {
        get
        {
            ThrowIfDisposed();
            return _limit - _position;
        }
    }

    /// <summary>
    /// The bytes from the position to the limit. The span is not protected: it must not be used
    /// after the buffer is disposed.
    /// </summary>
    public Span<byte> RemainingSpan => SpanAt(_position, _limit - _position);

    /// <summary>
    /// The bytes from the position to the limit. After the dispose its span throws, if the memory
    /// is native or pooled.
    /// </summary>
    public Memory<byte> RemainingMemory => AsMemory(_position, _limit - _position);

    internal BufferMemory Ownership => _memory;

    internal int Generation => _generation;

    private protected nint Origin
    {
        get
        {
            ThrowIfDisposed();
            return FirstByte;
        }
    }

    private protected byte[] Array => _base;

    // The address of the first byte, or its index in the array.
    private nint FirstByte => IsNative ? NativeAnchor.Address + _distance : _distance;

    private protected bool IsView => _isView;

    private bool IsNative => ReferenceEquals(_base, NativeAnchor.Array);

    /// <summary>Allocates a buffer; position 0, limit at the capacity.</summary>
    /// <param name="size">Bytes; zero is a buffer without room.</param>
    /// <param name="zone">Where to take the memory from.</param>
    /// <returns>
    /// A buffer to be disposed. Memory of <see cref="AllocationZone.Direct"/> is not cleared.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative size or no zone.</exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    /// <exception cref="IOException">The system refused a shared object.</exception>
    public static PlatformBuffer Allocate(int size, AllocationZone zone = AllocationZone.Direct) =>
        zone switch
        {
            AllocationZone.Heap => ByteArrayBuffer.Allocate(size),
            AllocationZone.Direct => NativeBuffer.Allocate(size),
            AllocationZone.SharedMemory => NativeBuffer.AllocateShared(size),
            _ => throw new ArgumentOutOfRangeException(nameof(zone), zone, "No such zone."),
        };

    /// <summary>
    /// Makes a buffer of an array, without a copy; position 0, limit at its length.
    /// </summary>
    /// <param name="array">The array. It stays the caller's, who sees what is written.</param>
    public static ByteArrayBuffer Wrap(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return new ByteArrayBuffer(array, 0, array.Length);
    }

    /// <summary>
    /// Makes a buffer of memory, without a copy; position 0, limit at its length.
    /// </summary>
    /// <param name="memory">
    /// The memory. If it is not of an array it is pinned until the buffer is disposed.
    /// </param>
    /// <returns>A <see cref="ByteArrayBuffer"/> or a <see cref="NativeBuffer"/>.</returns>
    public static PlatformBuffer Wrap(Memory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment)
            ? new ByteArrayBuffer(segment.Array!, segment.Offset, segment.Count)
            : NativeBuffer.Over(PinnedSource.Instance, PinnedSource.Allocate(memory));

    /// <summary>Makes a buffer of native memory; position 0, limit at its size.</summary>
    /// <param name="address">Of the first byte.</param>
    /// <param name="size">
    /// Bytes. Above <see cref="int.MaxValue"/> see <see cref="NativeBuffer.Window"/>.
    /// </param>
    /// <param name="release">
    /// Called once with the address and the size when nobody uses the memory any more, on
    /// the thread that ended the use; on the finalizer's thread if the buffer was never disposed.
    /// Null: nobody needs to know.
    /// </param>
    /// <exception cref="ArgumentException">A null address with a size.</exception>
    public static NativeBuffer Wrap(nint address, nuint size, Action<nint, nuint>? release = null)
    {
        if (address == 0 && size != 0)
            throw new ArgumentException("There is no memory at address zero.", nameof(address));

        return NativeBuffer.Over(
            BorrowedSource.Instance, BorrowedSource.Allocate(address, size, release));
    }

    /// <summary>Turns from writing to reading: what was written is what remains.</summary>
    public void ResetForRead()
    {
        ThrowIfDisposed();
        _limit = _position;
        _position = 0;
    }

    /// <summary>Turns to writing: all the capacity remains. The bytes stay as they are.</summary>
    public void ResetForWrite()
    {
        ThrowIfDisposed();
        _limit = _capacity;
        _position = 0;
    }

    /// <summary>
    /// Moves what remains to the front and turns to writing behind it: for a reader that has
    /// seen the first part of a message.
    /// </summary>
    public void Compact()
    {
        Span<byte> rest = RemainingSpan;
        rest.CopyTo(SpanAt(0, rest.Length));
        _position = rest.Length;
        _limit = _capacity;
        GC.KeepAlive(this);
    }

    /// <summary>Goes on without reading or writing what is skipped.</summary>
    /// <param name="count">Bytes, at most <see cref="Remaining"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than remain.</exception>
    public void Advance(int count)
    {
        ThrowIfDisposed();
        if ((uint)count > (uint)(_limit - _position))
            BufferThrow.OutOfRange(nameof(count), _position, count, _limit);
        _position += count;
    }

    /// <summary>A buffer of what remains, over the same bytes, with a cursor of its own.</summary>
    /// <returns>
    /// A slice that ends with this buffer, and may be disposed earlier. If this buffer is from a
    /// pool, the slice keeps the memory until it is disposed itself.
    /// </returns>
    public PlatformBuffer Slice() => Slice(Position, _limit - _position);

    /// <summary>A buffer of a part, over the same bytes, with a cursor of its own.</summary>
    /// <param name="start">Index of the first byte.</param>
    /// <param name="length">Bytes; with the start at most <see cref="Limit"/>.</param>
    /// <returns>As <see cref="Slice()"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the limit.</exception>
    public PlatformBuffer Slice(int start, int length)
    {
        CheckRange(start, length);
        BufferMemory memory = _memory.ForSlice(_generation);
        return CreateView(memory, FirstByte + start, length, ReferenceEquals(memory, _memory));
    }

    /// <summary>A part of the buffer as a span, whatever the position is.</summary>
    /// <param name="start">Index of the first byte.</param>
    /// <param name="length">Bytes; with the start at most <see cref="Limit"/>.</param>
    /// <returns>A span that must not be used after the buffer is disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the limit.</exception>
    public Span<byte> AsSpan(int start, int length)
    {
        CheckRange(start, length);
        return SpanAt(start, length);
    }

    /// <summary>A part of the buffer as memory, whatever the position is.</summary>
    /// <param name="start">Index of the first byte.</param>
    /// <param name="length">Bytes; with the start at most <see cref="Limit"/>.</param>
    /// <returns>After the dispose its span throws, if the memory is native or pooled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the limit.</exception>
    public Memory<byte> AsMemory(int start, int length)
    {
        CheckRange(start, length);
        if (!IsNative && !_memory.IsReused)
            return new Memory<byte>(_base, (int)_distance + start, length);

        if (_manager is null || !_manager.IsOf(_generation))
            _manager = new BufferMemoryManager(this);
        return _manager.Memory.Slice(start, length);
    }

    /// <summary>Holds the memory where it is, beyond a dispose if need be.</summary>
    /// <param name="index">Index of the byte that the handle points to.</param>
    /// <returns>
    /// A handle to be disposed once, on any thread; until then the memory is neither freed nor
    /// given to somebody else nor moved.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above the limit.</exception>
    public MemoryHandle Pin(int index = 0)
    {
        CheckRange(index, 0);
        return PinAt(index);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        CheckRoom(sizeHint);
        return RemainingMemory;
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        CheckRoom(sizeHint);
        return RemainingSpan;
    }

    /// <summary>
    /// Ends the buffer and its slices; frees the memory, or gives it back, when no pin is left.
    /// Any number of times, from any thread.
    /// </summary>
    [SuppressMessage("Usage", "CA1816", Justification = "No buffer type has a finalizer.")]
    public void Dispose()
    {
        if (_isView)
        {
            _generation = BufferState.NoGeneration;
            return;
        }

        // Read once: meanwhile another thread may return a rental, and the pool begin the next.
        int generation = _generation;

        // A pool must not give out this object again: its owner may dispose it once more.
        if (_memory.IsCurrent(generation))
            _memory.Front = null;
        _memory.TryClose(generation);
    }

    /// <summary>All bytes up to the capacity, whatever the limit is.</summary>
    internal Span<byte> WholeSpan => SpanAt(0, _capacity);

    /// <summary>Holds the memory; the index may be anywhere up to the capacity.</summary>
    internal MemoryHandle PinWhole(int index)
    {
        if ((uint)index > (uint)_capacity)
            BufferThrow.OutOfRange(nameof(index), index, 0, _capacity);
        return PinAt(index);
    }

    /// <summary>Starts the object's next life, in the hands of a pool.</summary>
    /// <param name="generation">Of the memory's life.</param>
    /// <param name="capacity">Bytes; the memory has as many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Reopen(int generation, int capacity)
    {
        _generation = generation;
        _capacity = capacity;
        _position = 0;
        _limit = capacity;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Read<T>()
        where T : unmanaged
    {
        int position = _position;
        if (_limit - position < Unsafe.SizeOf<T>() || !_memory.IsCurrent(_generation))
            ReadFails(Unsafe.SizeOf<T>());

        _position = position + Unsafe.SizeOf<T>();
        T value = Unsafe.ReadUnaligned<T>(ref At(position));
        GC.KeepAlive(this);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write<T>(T value)
        where T : unmanaged
    {
        int position = _position;
        if (_limit - position < Unsafe.SizeOf<T>() || !_memory.IsCurrent(_generation))
            WriteFails(Unsafe.SizeOf<T>());

        _position = position + Unsafe.SizeOf<T>();
        Unsafe.WriteUnaligned(ref At(position), value);
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Get<T>(int index)
        where T : unmanaged
    {
        CheckRange(index, Unsafe.SizeOf<T>());
        T value = Unsafe.ReadUnaligned<T>(ref At(index));
        GC.KeepAlive(this);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Set<T>(int index, T value)
        where T : unmanaged
    {
        CheckRange(index, Unsafe.SizeOf<T>());
        Unsafe.WriteUnaligned(ref At(index), value);
        GC.KeepAlive(this);
    }

    /// <summary>The next bytes to read; the position is behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> TakeForRead(int count)
    {
        int position = _position;
        if ((uint)count > (uint)(_limit - position) || !_memory.IsCurrent(_generation))
            ReadFails(count);

        _position = position + count;
        return MemoryMarshal.CreateReadOnlySpan(ref At(position), count);
    }

    /// <summary>The room for the next bytes to write; the position is behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> TakeForWrite(int count)
    {
        int position = _position;
        if ((uint)count > (uint)(_limit - position) || !_memory.IsCurrent(_generation))
            WriteFails(count);

        _position = position + count;
        return MemoryMarshal.CreateSpan(ref At(position), count);
    }

    private protected abstract PlatformBuffer CreateView(
        BufferMemory memory, nint origin, int length, bool isView);

    private protected void ThrowIfDisposed()
    {
        if (!_memory.IsCurrent(_generation))
            BufferThrow.Disposed();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckRange(int start, int count)
    {
        if ((uint)start > (uint)_limit || (uint)count > (uint)(_limit - start)
            || !_memory.IsCurrent(_generation))
        {
            RangeFails(start, count);
        }
    }

    private void CheckRoom(int sizeHint)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int wanted = Math.Max(sizeHint, 1);
        if (wanted > _limit - _position)
            BufferThrow.Overflow(wanted, _limit - _position);
    }

    private Span<byte> SpanAt(int start, int length)
    {
        ThrowIfDisposed();
        return MemoryMarshal.CreateSpan(ref At(start), length);
    }

    private unsafe MemoryHandle PinAt(int index)
    {
        if (!_memory.TryPin(_generation))
            BufferThrow.Disposed();
        if (IsNative)
            return new MemoryHandle((byte*)FirstByte + index, pinnable: _memory);

        GCHandle handle = GCHandle.Alloc(_base, GCHandleType.Pinned);
        byte* first = (byte*)handle.AddrOfPinnedObject() + _distance;
        return new MemoryHandle(first + index, handle, _memory);
    }

    // Sound because the callers have compared the index with the limit, which is never above the
    // capacity, and the generation with the memory's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte At(int index) => ref Unsafe.AddByteOffset(
        ref MemoryMarshal.GetArrayDataReference(_base), _distance + index);

    [DoesNotReturn]
    private void ReadFails(int count)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        BufferThrow.Underflow(count, _limit - _position);
    }

    [DoesNotReturn]
    private void WriteFails(int count)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        BufferThrow.Overflow(count, _limit - _position);
    }

    [DoesNotReturn]
    private void RangeFails(int start, int count)
    {
        ThrowIfDisposed();
        BufferThrow.OutOfRange(nameof(start), start, count, _limit);
    }
}
