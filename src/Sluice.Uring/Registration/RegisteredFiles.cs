using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// A ring's table of direct descriptors: files that only the ring knows, by slot, with
/// <see cref="SubmissionFlags.FixedFile"/>.
/// </summary>
/// <remarks>
/// The table holds references of its own: the descriptors that it was filled from may be closed.
/// Call on the ring's thread. Source: <c>io_uring_register(2)</c>.
/// </remarks>
public sealed unsafe class RegisteredFiles
{
    private readonly Ring _ring;

    internal RegisteredFiles(Ring ring) => _ring = ring;

    /// <summary>Registers a table; -1 is an empty slot.</summary>
    /// <param name="descriptors">The descriptors, from slot 0 on.</param>
    /// <param name="tags">
    /// One for each descriptor, or none at all: posted as a completion's user data when the slot
    /// was emptied and its file is not in use any more.
    /// </param>
    /// <exception cref="ArgumentException">The numbers of tags and descriptors differ.</exception>
    public RingResult Register(ReadOnlySpan<int> descriptors, ReadOnlySpan<ulong> tags = default)
    {
        RequireTags(descriptors.Length, tags);
        fixed (int* data = descriptors)
        fixed (ulong* tagData = tags)
        {
            if (tags.IsEmpty)
            {
                return _ring.Register(
                    IORING_REGISTER_FILES, (nint)data, (uint)descriptors.Length);
            }

            return Register(new()
            {
                nr = (uint)descriptors.Length,
                data = (ulong)data,
                tags = (ulong)tagData,
            });
        }
    }

    /// <summary>Registers a table of empty slots.</summary>
    public RingResult RegisterSparse(uint count) =>
        Register(new() { nr = count, flags = IORING_RSRC_REGISTER_SPARSE });

    /// <summary>Fills slots; -1 empties one, -2 leaves one as it is.</summary>
    /// <param name="slot">The first slot.</param>
    /// <param name="descriptors">The descriptors.</param>
    /// <param name="tags">One for each descriptor, or none at all.</param>
    /// <returns>How many were changed.</returns>
    /// <exception cref="ArgumentException">The numbers of tags and descriptors differ.</exception>
    public RingResult Update(
        uint slot, ReadOnlySpan<int> descriptors, ReadOnlySpan<ulong> tags = default)
    {
        RequireTags(descriptors.Length, tags);
        fixed (int* data = descriptors)
        fixed (ulong* tagData = tags)
        {
            var update = new io_uring_rsrc_update2
            {
                offset = slot,
                data = (ulong)data,
                tags = (ulong)tagData,
                nr = (uint)descriptors.Length,
            };
            return _ring.Register(
                IORING_REGISTER_FILES_UPDATE2,
                (nint)(&update),
                (uint)sizeof(io_uring_rsrc_update2));
        }
    }

    /// <summary>
    /// Bounds the slots that <see cref="DirectDescriptor.Allocate"/> picks from (Linux 6.0).
    /// </summary>
    public RingResult SetAllocationRange(uint slot, uint count)
    {
        var range = new io_uring_file_index_range { off = slot, len = count };
        return _ring.Register(IORING_REGISTER_FILE_ALLOC_RANGE, (nint)(&range), 0);
    }

    /// <summary>Gives the table back; files that nothing else refers to are closed.</summary>
    public RingResult Unregister() => _ring.Register(IORING_UNREGISTER_FILES, 0, 0);

    private static void RequireTags(int count, ReadOnlySpan<ulong> tags)
    {
        if (!tags.IsEmpty && tags.Length != count)
            throw new ArgumentException("Each descriptor needs its tag.", nameof(tags));
    }

    private RingResult Register(io_uring_rsrc_register registration) => _ring.Register(
        IORING_REGISTER_FILES2, (nint)(&registration), (uint)sizeof(io_uring_rsrc_register));
}
