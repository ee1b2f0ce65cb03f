using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

[SupportedOSPlatform("linux")]
public sealed class ChannelSpaceTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(4097)]
    public void Pin_OutsideOfTheRing_Throws(int index)
    {
        (SharedChannelWriter writer, SharedChannelReader reader) =
            SharedChannel.CreatePair(new SharedChannelOptions { Capacity = 4096 });
        using (writer)
        using (reader)
        {
            writer.Write([1]);
            Assert.True(reader.TryReadMemory(out ReadOnlyMemory<byte> message));
            Assert.True(MemoryMarshal.TryGetMemoryManager(message, out MemoryManager<byte>? space));

            Assert.Throws<ArgumentOutOfRangeException>(() => space.Pin(index));
        }
    }
}
