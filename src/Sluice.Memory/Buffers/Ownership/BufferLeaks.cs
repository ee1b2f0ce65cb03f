using System.Diagnostics.Metrics;

namespace Sluice.Memory;

/// <summary>What was never disposed, and was freed by the garbage collector in the end.</summary>
/// <remarks>
/// Counted by the meter <c>Sluice.Memory</c> and told to <see cref="Found"/>; a
/// <c>SluiceRuntime</c> logs it. A leak is a defect of the program even though the memory comes
/// back: it comes back late, and the collector does not know how much there is.
/// </remarks>
public static class BufferLeaks
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Sluice.Memory";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_buffers = s_meter.CreateCounter<long>(
        "sluice.buffers.leaked", "{buffer}", "Buffers that were collected without a dispose.");
    private static readonly Counter<long> s_bytes = s_meter.CreateCounter<long>(
        "sluice.buffers.leaked_bytes", "By", "Native bytes that those buffers held.");

    /// <summary>
    /// A leak was found and its memory freed. Raised on the finalizer's thread: it must not block.
    /// </summary>
    public static event EventHandler<BufferLeakEventArgs>? Found;

    internal static void Report(nuint size, string? stack)
    {
        s_buffers.Add(1);
        s_bytes.Add((long)size);
        Tell(new BufferLeakEventArgs(size, stack, null));
    }

    internal static void ReportFailedRelease(Exception error) =>
        Tell(new BufferLeakEventArgs(0, null, error));

    private static void Tell(BufferLeakEventArgs leak)
    {
        foreach (EventHandler<BufferLeakEventArgs> listener
            in Delegate.EnumerateInvocationList(Found))
        {
            try
            {
                listener(null, leak);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // On the finalizer's thread an exception would end the process.
                continue;
            }
        }
    }
}
