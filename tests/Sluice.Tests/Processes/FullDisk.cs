using System.Runtime.Versioning;
using Sluice.Memory;

namespace Sluice.Tests.Processes;

/// <summary>
/// What shared memory does on file systems that are full. Runs in a process of its own, which has
/// small ones mounted: a store for which there is no page ends it by a signal.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class FullDisk
{
    public const string Verb = "run-full-disk";

    /// <summary>Bytes of each of the file systems.</summary>
    public const int Capacity = 1 << 20;

    private const int ENOSPC = 28;
    private const int Half = Capacity / 2;

    /// <summary>Runs it; prints what went wrong.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string directory)
    {
        try
        {
            RunObjects(SharedMemoryBackend.PosixShm, directory);
            RunObjects(SharedMemoryBackend.TemporaryFile, directory);
            RunHeap(SharedMemoryBackend.PosixShm, directory);
            RunHeap(SharedMemoryBackend.TemporaryFile, directory);
            return 0;
        }
        catch (Exception failure)
        {
            Console.WriteLine(failure);
            return 1;
        }
    }

    private static void RunObjects(SharedMemoryBackend backend, string directory)
    {
        SharedMemoryOptions options = Options(backend, directory);
        using (SharedMemory memory = SharedMemory.Create(Half, options))
        {
            using SharedMemoryMap map = memory.Map();
            map.Buffer.RemainingSpan.Fill(0xA5);
            RequireNoSpace(backend, () => SharedMemory.Create(Capacity, options));
            RequireNoSpace(backend, () => memory.Resize(Capacity * 2L));
            Require(memory.Size == Half, $"{backend}: the size is {memory.Size}.");
            memory.Resize(Half + (Half / 2));
            using SharedMemoryMap grown = memory.Map(Half);
            grown.Buffer.RemainingSpan.Fill(0x5A);
            RequireNoSpace(backend, () => memory.Resize(Capacity * 2L));
            Require(
                !map.Buffer.RemainingSpan.ContainsAnyExcept((byte)0xA5)
                && !grown.Buffer.RemainingSpan.ContainsAnyExcept((byte)0x5A),
                $"{backend}: bytes were lost.");

            // What has a limit of its own is made all the same.
            using SharedMemory other = SharedMemory.Create(Capacity * 2L);
            Require(other.Backend == SharedMemoryBackend.Memfd, "A memfd is in no file system.");
        }

        // Nothing of it all is left.
        SharedMemory.Create(Capacity, options).Dispose();
    }

    private static void RunHeap(SharedMemoryBackend backend, string directory)
    {
        const int Length = 4096;
        using var heap = new IoHeap(new IoHeapOptions
        {
            SlabSize = Capacity / 4,
            SharedMemory = Options(backend, directory),
        });
        var vectors = new List<IoVector>();
        while (heap.TryAllocate(Length, out IoVector vector))
        {
            vector.Span.Fill((byte)vectors.Count);
            vectors.Add(vector);
        }

        Require(
            vectors.Count is >= Half / Length and <= Capacity / Length,
            $"{backend}: {vectors.Count} vectors.");
        for (int i = 0; i < vectors.Count; i++)
        {
            Require(
                !vectors[i].Span.ContainsAnyExcept((byte)i), $"{backend}: bytes were lost.");
            vectors[i].Release();
        }
    }

    private static SharedMemoryOptions Options(SharedMemoryBackend backend, string directory) =>
        new() { Backend = backend, TemporaryDirectory = directory };

    private static void RequireNoSpace(SharedMemoryBackend backend, Action action)
    {
        try
        {
            action();
        }
        catch (SharedMemoryException failure)
        {
            Require(
                failure.NativeErrorCode == ENOSPC
                && failure.Message.Contains("No space left", StringComparison.Ordinal),
                $"{backend}: {failure.Message}");
            return;
        }

        Require(false, $"{backend}: there was space.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }
}
