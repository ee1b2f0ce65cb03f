using System.IO.Pipelines;
using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.Channels;

[SupportedOSPlatform("linux")]
public sealed class SharedChannelStreamTests
{
    private readonly SharedChannelOptions _options = new() { Capacity = 4096 };

    [Fact]
    public async Task AsPipeReader_ManyBytesThroughPipes_AreTheSame()
    {
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(_options);
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);
        PipeWriter output = writer.AsPipeWriter();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < sent.Length; i += 5000)
                await output.WriteAsync(sent.AsMemory(i, 5000));
            await output.CompleteAsync();
        });

        using var received = new MemoryStream();
        PipeReader input = reader.AsPipeReader();
        await input.CopyToAsync(received).Within();
        await input.CompleteAsync();

        await writing.Within();
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task AsStream_ByteByByte_IsTheSame()
    {
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(_options);
        using Stream input = reader.AsStream();
        using (Stream output = writer.AsStream())
        {
            output.Write([1, 2, 3], 0, 3);
            await output.WriteAsync(new byte[] { 4, 5 }.AsMemory());
        }

        var one = new byte[1];
        for (byte i = 1; i <= 5; i++)
        {
            Assert.Equal(1, i % 2 == 0 ? input.Read(one) : await input.ReadAsync(one));
            Assert.Equal(i, one[0]);
        }

        Assert.Equal(0, input.Read(one));
        Assert.Equal(0, await input.ReadAsync(one));
    }

    [Fact]
    public void AsStream_WriterDies_IsNoEnd()
    {
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(_options);
        using Stream input = reader.AsStream();
        writer.Dispose();

        Assert.Throws<SharedChannelClosedException>(() => input.ReadByte());
    }
}
