using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>One way to make an object.</summary>
internal interface ISharedMemoryMaker
{
    SharedMemoryBackend Backend { get; }

    /// <summary>Makes an object of a size.</summary>
    /// <param name="size">Bytes; a maker may round it up.</param>
    /// <param name="options">What the caller asked for.</param>
    /// <param name="made">The object; it belongs to the caller.</param>
    /// <returns>Zero, or <c>-errno</c>; then nothing was left behind.</returns>
    int TryMake(long size, SharedMemoryOptions options, out MadeObject made);
}
