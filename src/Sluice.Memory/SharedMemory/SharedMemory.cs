using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>
/// A piece of memory that belongs to no process: whoever has its descriptor can map it.
/// </summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> Who creates or opens an object disposes it; that closes the descriptor. Maps
/// have a life of their own and outlive the object; the memory is gone with the last descriptor
/// and the last map, in whichever process.
/// </para>
/// <para>
/// <b>Threads.</b> Safe for use by several threads.
/// </para>
/// <para>
/// <b>Errors.</b> Wrong arguments throw before anything changes; what the system refuses is a
/// <see cref="SharedMemoryException"/> with its errno.
/// </para>
/// <para>Idea: reference/io-memory-readme.md; <c>memfd_create(2)</c>, <c>shm_open(3)</c>.</para>
/// </remarks>
/// <example>
/// <code>
/// using var memory = SharedMemory.Create(4096);
/// using SharedMemoryMap map = memory.Map();
/// map.Buffer.WriteInt32(42);
/// </code>
/// </example>
public sealed class SharedMemory : IDisposable
{
    private readonly SharedMemoryObject _object;
    private int _mapCount;

    internal SharedMemory(SharedMemoryObject @object, SharedMemoryBackend backend, bool isHuge)
    {
        _object = @object;
        Backend = backend;
        HasHugePages = isHuge;
    }

    /// <summary>
    /// What the object is made of; <see cref="SharedMemoryBackend.Auto"/> if it was opened, because
    /// a descriptor does not tell.
    /// </summary>
    public SharedMemoryBackend Backend { get; }

    /// <summary>Whether the object was made of huge pages.</summary>
    public bool HasHugePages { get; }

    /// <summary>
    /// The descriptor, to be handed to another process. It stays the object's; it is closed in
    /// programs that this process starts.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The object was disposed.</exception>
    public SafeFileHandle Handle
    {
        get
        {
            ThrowIfDisposed();
            return _object.Handle;
        }
    }

    /// <summary>Bytes, as they are now: other processes can change it.</summary>
    /// <exception cref="ObjectDisposedException">The object was disposed.</exception>
    public long Size
    {
        get
        {
            ThrowIfDisposed();
            return _object.Size;
        }
    }

    /// <summary>What nobody can do with it any more.</summary>
    /// <exception cref="ObjectDisposedException">The object was disposed.</exception>
    public SharedMemorySeals Seals
    {
        get
        {
            ThrowIfDisposed();
            return _object.Seals;
        }
    }

    /// <summary>Makes an object of zeros.</summary>
    /// <param name="size">Bytes; zero is an empty object.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>An object to be disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="SharedMemoryException">No backend that was asked for works.</exception>
    /// <exception cref="PlatformNotSupportedException">
    /// This system has no such backend.
    /// </exception>
    public static SharedMemory Create(long size, SharedMemoryOptions? options = null) =>
        SharedMemoryFactory.Default.Create(size, options ?? new SharedMemoryOptions());

    /// <summary>Makes an object for the time that an action takes.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="action">What is done with it; maps that it leaves open stay open.</param>
    /// <param name="options">Null means the defaults.</param>
    public static void With(
        long size, Action<SharedMemory> action, SharedMemoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        using SharedMemory memory = Create(size, options);
        action(memory);
    }

    /// <summary>Makes an object for the time that a function takes.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="function">What is done with it; maps that it leaves open stay open.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>What the function returned.</returns>
    public static T With<T>(
        long size, Func<SharedMemory, T> function, SharedMemoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        using SharedMemory memory = Create(size, options);
        return function(memory);
    }

    /// <summary>Takes over the descriptor of an object that somebody else made.</summary>
    /// <param name="handle">The descriptor; it is the object's to close from now on.</param>
    /// <param name="requirements">
    /// What it must be. Null: a file that cannot shrink, because a peer that shrinks it ends this
    /// process.
    /// </param>
    /// <returns>An object to be disposed.</returns>
    /// <exception cref="SharedMemoryException">
    /// It is not as required; the message says what is missing. The descriptor was not closed.
    /// </exception>
    public static SharedMemory Open(
        SafeFileHandle handle, SharedMemoryRequirements? requirements = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ObjectDisposedException.ThrowIf(handle.IsClosed, handle);
        return SharedMemoryFactory.Default.Open(
            handle, requirements ?? new SharedMemoryRequirements());
    }

    /// <summary>Makes a part visible to this process.</summary>
    /// <param name="offset">Of the first byte; it need not be that of a page.</param>
    /// <param name="length">Bytes; null means up to the end. Zero is an empty map.</param>
    /// <param name="access">What it is for.</param>
    /// <returns>A map to be disposed; it outlives this object.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Negative, or not within the object: a map beyond its end would end the process when it is
    /// touched.
    /// </exception>
    /// <exception cref="SharedMemoryException">The system refused, a seal for instance.</exception>
    public SharedMemoryMap Map(
        long offset = 0,
        long? length = null,
        SharedMemoryAccess access = SharedMemoryAccess.ReadWrite)
    {
        long size = Size;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, size);
        long count = length ?? size - offset;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, size - offset, nameof(length));
        if ((uint)access > (uint)SharedMemoryAccess.CopyOnWrite)
            throw new ArgumentOutOfRangeException(nameof(access), access, "No such access.");

        Interlocked.Increment(ref _mapCount);
        try
        {
            return new SharedMemoryMap(this, _object, offset, count, access);
        }
        catch
        {
            OnUnmapped();
            throw;
        }
    }

    /// <summary>
    /// Changes the size. New bytes are zero, and their space is taken as at the creation. If it
    /// throws, the object is as it was.
    /// </summary>
    /// <param name="size">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="InvalidOperationException">
    /// It would shrink while this process has maps of it, which could touch what is gone.
    /// </exception>
    /// <exception cref="SharedMemoryException">The system refused, a seal for instance.</exception>
    public void Resize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (size < Size && Volatile.Read(ref _mapCount) != 0)
        {
            throw new InvalidOperationException(
                "The object is mapped; touching what is cut off would end the process.");
        }

        _object.Resize(size);
    }

    /// <summary>Adds seals: what they name nobody can do any more, in any process.</summary>
    /// <param name="seals">The seals; those that are there stay.</param>
    /// <exception cref="SharedMemoryException">
    /// The system refused: the object is not a memfd, was sealed against seals, or has a writable
    /// map while writing is to be sealed.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This system has no seals.</exception>
    public void Seal(SharedMemorySeals seals)
    {
        ThrowIfDisposed();
        _object.Seal(seals);
    }

    /// <summary>Closes the descriptor. Maps stay. Any number of times.</summary>
    public void Dispose() => _object.Dispose();

    /// <summary>All of the object as a buffer that the object ends with.</summary>
    internal NativeBuffer ToBuffer()
    {
        Interlocked.Increment(ref _mapCount);
        try
        {
            const SharedMemoryAccess Access = SharedMemoryAccess.ReadWrite;
            return new SharedMemoryMap(this, _object, 0, Size, Access, ownsMemory: true).Buffer;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal void OnUnmapped() => Interlocked.Decrement(ref _mapCount);

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(_object.Handle.IsClosed, this);
}
