namespace Sluice.Uring.Interop;

/// <summary>
/// The memory that a ring shares with its kernel: both queues' heads, tails and completions in
/// one mapping, the submission entries in another.
/// </summary>
internal readonly record struct RingMapping(
    nint Rings, nuint RingsSize, nint Entries, nuint EntriesSize);
