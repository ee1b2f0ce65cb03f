using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets.RingSockets;

/// <summary>
/// Bytes and the end of a connection that arrive while the reactor is busy, so that the kernel
/// handles both wake-ups at once.
/// </summary>
public sealed class TogetherTests
{
    [Theory]
    [InlineData(Scheduling.Inline, false, false)]
    [InlineData(Scheduling.Inline, true, false)]
    [InlineData(Scheduling.Inline, false, true)]
    [InlineData(Scheduling.ThreadPool, false, false)]
    [InlineData(Scheduling.ThreadPool, true, false)]
    [InlineData(Scheduling.ThreadPool, false, true)]
    public async Task ReadAsync_BytesAndTheEndAtOnce_SeesBoth(
        Scheduling scheduling, bool isReset, bool isUnix)
    {
        EngineRun.SkipUnlessUsable(Engine.Uring);
        EndPoint? endPoint = isUnix
            ? new UnixDomainSocketEndPoint("\0sluice-together-" + Guid.NewGuid().ToString("N"))
            : null;
        await using ConnectionHarness harness = await ConnectionHarness.StartAsync(
            Engine.Uring, scheduling, endPoint: endPoint);
        for (int i = 0; i < 20; i++)
        {
            (Connection connection, RawPeer peer) = await harness.ConnectAsync();
            await peer.SendAsync("first");
            Assert.Equal("first"u8.ToArray(), await connection.Input.TakeAsync(5));
            Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();

            // Inline, this runs on the reactor's thread, which must not wait for itself.
            await Task.Run(async () =>
            {
                using ReactorHold hold = ReactorHold.All(harness.Runtime);
                await peer.SendAsync("last");
                if (isReset)
                    peer.Reset();
                else
                    peer.Dispose();
            });

            ReadResult result = await reading.Within();
            Assert.Equal(4, result.Buffer.Length);
            connection.Input.AdvanceTo(result.Buffer.End);
            Task<ReadResult> end = connection.Input.ReadAsync().AsTask();
            if (isReset)
                _ = await Assert.ThrowsAnyAsync<IOException>(() => end.Within());
            else
                Assert.True((await end.Within()).IsCompleted);
        }
    }
}
