using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>The one word that a writer reads from its reader.</summary>
[SupportedOSPlatform("linux")]
public sealed class HeadTests
{
    [Theory]
    [InlineData(-8)]
    [InlineData(4)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    [Trait("pitfall", "45")]
    public void TryWrite_CorruptHead_ThrowsAndWritesNothing(long head)
    {
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(new SharedChannelOptions { Capacity = 4096 });
        using (writer)
        using (reader)
        {
            int count = 0;
            while (writer.TryWrite(new byte[100]))
                count++;
            Corrupter.WriteHead(writer, head);

            var error = Assert.Throws<SharedChannelException>(
                () => writer.TryWrite(new byte[100]));

            Assert.Equal("head", error.Check);
            for (int i = 0; i < count; i++)
                Assert.True(reader.TryRead(out ReadOnlySpan<byte> _));
            Assert.False(reader.TryRead(out ReadOnlySpan<byte> _));
        }
    }
}
