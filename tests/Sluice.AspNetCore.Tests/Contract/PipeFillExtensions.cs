using System.IO.Pipelines;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

internal static class PipeFillExtensions
{
    /// <summary>More than all buffers between a writer and a peer that does not read.</summary>
    public const int FillMax = 64 * 1024 * 1024;

    // The peer's kernel takes a little more when it has caught up, which ends a first wait.
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes until a flush waits for good, and returns that flush.</summary>
    public static async Task<Task<FlushResult>> FillAsync(
        this PipeWriter output, CancellationToken cancellationToken = default)
    {
        byte[] chunk = TestBytes.Create(64 * 1024);
        for (int written = 0; written < FillMax; written += chunk.Length)
        {
            Task<FlushResult> flush = output.WriteAsync(chunk, cancellationToken).AsTask();
            Task settled = Task.Delay(_settling, CancellationToken.None);
            if (!flush.IsCompleted && await Task.WhenAny(flush, settled) == settled)
                return flush;
            Assert.False((await flush).IsCompleted);
        }

        throw new InvalidOperationException("The peer does not read, and no flush waits.");
    }

    /// <summary>Writes until a flush says that nobody reads any more.</summary>
    public static async Task WriteUntilCompletedAsync(this PipeWriter output)
    {
        byte[] chunk = TestBytes.Create(1024);
        for (int written = 0; written < FillMax; written += chunk.Length)
        {
            FlushResult result = await output.WriteAsync(chunk).Within();
            if (result.IsCompleted)
                return;
        }

        throw new InvalidOperationException("No flush said that the connection has ended.");
    }
}
