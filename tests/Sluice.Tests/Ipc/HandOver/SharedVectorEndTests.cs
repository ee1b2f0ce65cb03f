using System.Runtime.Versioning;
using Sluice.Ipc.HandOver;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>What is left of leases and their memory when the receiver goes.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedVectorEndTests
{
    [Fact]
    public void Memory_KeptBeyondTheMap_ThrowsInsteadOfEndingTheProcess()
    {
        using var pair = new HandOverPair();
        pair.Send();
        SharedVectorLease lease = pair.Receive();
        ReadOnlyMemory<byte> memory = lease.Memory;
        lease.Release();
        pair.Receiver.Dispose();

        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Span[0]);
    }

    [Fact]
    public async Task TryReceive_DisposeBeside_GivesMemoryThatIsThere()
    {
        const int Blocks = 200;
        for (int i = 0; i < 300; i++)
        {
            using var pair = new HandOverPair();
            for (int block = 0; block < Blocks; block++)
                pair.Send(length: 1, fill: 7);
            using var start = new Barrier(2);
            Task receiving = Task.Run(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (pair.Receiver.TryReceive(out SharedVectorLease lease))
                    {
                        Assert.Equal(7, lease.Span[0]);
                        lease.Release();
                    }
                }
                catch (Exception error) when (error is ObjectDisposedException or IOException)
                {
                    // The dispose was faster.
                }
            });
            start.SignalAndWait();
            Thread.SpinWait(i);
            pair.Receiver.Dispose();
            await receiving.Within();
        }
    }
}
