using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// The buffers that a ring has pinned once, so that no operation has to: those of
/// <see cref="FileOperations.PrepareReadFixed"/> and its kin, by index.
/// </summary>
/// <remarks>
/// The memory is the caller's and stays pinned until it is replaced or unregistered and the
/// operations that use it have completed; a tag, if not 0, is then posted as a completion's user
/// data. Pinned memory counts against <c>RLIMIT_MEMLOCK</c>. Call on the ring's thread. Source:
/// <c>io_uring_register(2)</c>.
/// </remarks>
public sealed unsafe class RegisteredBuffers
{
    private readonly Ring _ring;

    internal RegisteredBuffers(Ring ring) => _ring = ring;

    /// <summary>Registers buffers, with tags if any are given.</summary>
    /// <param name="buffers">The buffers; their indices start at 0.</param>
    /// <param name="tags">One for each buffer, or none at all.</param>
    /// <exception cref="ArgumentException">The numbers of tags and buffers differ.</exception>
    public RingResult Register(
        ReadOnlySpan<BufferSegment> buffers, ReadOnlySpan<ulong> tags = default)
    {
        RequireTags(buffers.Length, tags);
        fixed (BufferSegment* data = buffers)
        fixed (ulong* tagData = tags)
        {
            if (tags.IsEmpty)
            {
                return _ring.Register(
                    IORING_REGISTER_BUFFERS, (nint)data, (uint)buffers.Length);
            }

            return Register(new()
            {
                nr = (uint)buffers.Length,
                data = (ulong)data,
                tags = (ulong)tagData,
            });
        }
    }

    /// <summary>Registers a table of empty places, to be filled by updates.</summary>
    public RingResult RegisterSparse(uint count) =>
        Register(new() { nr = count, flags = IORING_RSRC_REGISTER_SPARSE });

    /// <summary>Replaces buffers; a default segment empties its place.</summary>
    /// <param name="index">The first place.</param>
    /// <param name="buffers">The new buffers.</param>
    /// <param name="tags">One for each buffer, or none at all.</param>
    /// <returns>How many were replaced.</returns>
    /// <exception cref="ArgumentException">The numbers of tags and buffers differ.</exception>
    public RingResult Update(
        uint index, ReadOnlySpan<BufferSegment> buffers, ReadOnlySpan<ulong> tags = default)
    {
        RequireTags(buffers.Length, tags);
        fixed (BufferSegment* data = buffers)
        fixed (ulong* tagData = tags)
        {
            var update = new io_uring_rsrc_update2
            {
                offset = index,
                data = (ulong)data,
                tags = (ulong)tagData,
                nr = (uint)buffers.Length,
            };
            return _ring.Register(
                IORING_REGISTER_BUFFERS_UPDATE,
                (nint)(&update),
                (uint)sizeof(io_uring_rsrc_update2));
        }
    }

    /// <summary>
    /// Makes another ring's buffers this ring's as well, without pinning them again
    /// (Linux 6.12; ranges 6.13).
    /// </summary>
    /// <param name="source">The ring that has them.</param>
    /// <param name="sourceIndex">The first of them there.</param>
    /// <param name="index">The first place here.</param>
    /// <param name="count">How many; 0 means all.</param>
    /// <param name="replace">Whether the places here may be taken.</param>
    public RingResult CloneFrom(
        Ring source, uint sourceIndex = 0, uint index = 0, uint count = 0, bool replace = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        var clone = new io_uring_clone_buffers
        {
            src_fd = (uint)source.Descriptor,
            flags = replace ? IORING_REGISTER_DST_REPLACE : 0,
            src_off = sourceIndex,
            dst_off = index,
            nr = count,
        };
        return _ring.Register(IORING_REGISTER_CLONE_BUFFERS, (nint)(&clone), 1);
    }

    /// <summary>Gives all buffers back.</summary>
    public RingResult Unregister() => _ring.Register(IORING_UNREGISTER_BUFFERS, 0, 0);

    private static void RequireTags(int count, ReadOnlySpan<ulong> tags)
    {
        if (!tags.IsEmpty && tags.Length != count)
            throw new ArgumentException("Each buffer needs its tag.", nameof(tags));
    }

    private RingResult Register(io_uring_rsrc_register registration) => _ring.Register(
        IORING_REGISTER_BUFFERS2, (nint)(&registration), (uint)sizeof(io_uring_rsrc_register));
}
