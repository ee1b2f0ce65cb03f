using System.Diagnostics;

namespace Sluice.Docs.Tests;

/// <summary>Runs samples/shared-memory: two processes, as a reader of it would.</summary>
public sealed class SharedMemorySampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sample_ProducerAndConsumer_ShareAllThreeThings()
    {
        string path = Path.Combine(
            Path.GetTempPath(), $"sluice-sample-{Guid.NewGuid():N}.socket");
        using Process producer = Start("produce", path);
        string? waiting = await producer.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.Equal($"Waiting for a consumer on {path}.", waiting);
        using Process consumer = Start("consume", path);

        string consumed = await consumer.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        string produced = await producer.StandardOutput.ReadToEndAsync().WaitAsync(Patience);

        Assert.Equal(
            """
            9 squared is 81.
            The sum of the messages is 499999500000 (Completed).
            1048576000 bytes of blocks were read in place (Completed).

            """,
            consumed);
        Assert.Equal(
            """
            Wrote 1000000 messages; the consumer has finished.
            Handed 1000 blocks over; the consumer has finished.
            0 blocks are out.

            """,
            produced);
        await consumer.WaitForExitAsync().WaitAsync(Patience);
        await producer.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, consumer.ExitCode);
        Assert.Equal(0, producer.ExitCode);
    }

    private static Process Start(string role, string path)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "shared-memory");
        return Process.Start(new ProcessStartInfo(program, [role, path])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
    }
}
