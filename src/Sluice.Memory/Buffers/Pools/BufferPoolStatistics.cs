namespace Sluice.Memory;

/// <summary>What a <see cref="BufferPool"/> has and has done.</summary>
/// <remarks>
/// Counted while others go on renting and returning: exact when nobody does, and otherwise each
/// figure is near the truth, but they need not fit each other.
/// </remarks>
/// <param name="RentalCount">Rentals since the pool was made.</param>
/// <param name="AllocationCount">Rentals for which memory had to be allocated.</param>
/// <param name="RentedCount">
/// Buffers whose memory has not come back: rented, or held by a slice or a pin.
/// </param>
/// <param name="RentedBytes">The bytes of their classes.</param>
/// <param name="IdleCount">Pieces of memory that wait for a rental.</param>
/// <param name="IdleBytes">Their bytes.</param>
/// <param name="LostCount">
/// Rentals that were never returned and were freed by the garbage collector.
/// </param>
public readonly record struct BufferPoolStatistics(
    long RentalCount,
    long AllocationCount,
    int RentedCount,
    long RentedBytes,
    int IdleCount,
    long IdleBytes,
    long LostCount);
