namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct io_uring_file_index_range</c>.</summary>
internal struct io_uring_file_index_range
{
    public uint off;
    public uint len;
    public ulong resv;
}
