using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>The zero that is stored behind a record for the one that follows it.</summary>
[SupportedOSPlatform("linux")]
public sealed class ZeroAheadTests
{
    [Fact]
    public void Commit_AfterAClaimThatCoveredTheZero_NothingOfTheClaimIsReadAsARecord()
    {
        var options = new SharedChannelOptions { Capacity = 4096, RecordAlignment = 64 };
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(options);
        using (writer)
        using (reader)
        {
            Assert.True(writer.TryWrite(new byte[32]));

            // The zero stands behind a second record of the same size: in this claim.
            Assert.True(writer.TryClaim(200, out Span<byte> room));
            room.Fill(0xFF);
            writer.Commit(32);

            Assert.True(reader.TryRead(out ReadOnlySpan<byte> _));
            Assert.True(reader.TryRead(out ReadOnlySpan<byte> found));
            Assert.Equal(32, found.Length);
            Assert.False(reader.TryRead(out ReadOnlySpan<byte> _));
        }
    }
}
