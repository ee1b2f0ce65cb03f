using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

public sealed class LingeringTests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(1000, true)]
    public void Pause_First_OnlyAfterABurst(int burst, bool expected)
    {
        Lingering lingering = default;

        Assert.Equal(expected, lingering.Pause(burst));
    }

    [Fact]
    public void Pause_NothingCame_IsSkippedTwiceAsOftenEachTimeUpToALimit()
    {
        Lingering lingering = default;
        int[] skipped = new int[8];
        for (int i = 0; i < skipped.Length; i++)
        {
            while (!lingering.Pause(2))
                skipped[i]++;
            lingering.Tell(hasFound: false);
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 63], skipped);
    }

    [Fact]
    public void Pause_SomethingCame_IsNotSkippedAgain()
    {
        Lingering lingering = default;
        Assert.True(lingering.Pause(2));
        lingering.Tell(hasFound: false);
        Assert.False(lingering.Pause(2));
        Assert.True(lingering.Pause(2));

        lingering.Tell(hasFound: true);

        Assert.True(lingering.Pause(2));
    }

    [Fact]
    public void Pause_Conversation_DoesNotUseUpTheSkips()
    {
        Lingering lingering = default;
        Assert.True(lingering.Pause(2));
        lingering.Tell(hasFound: false);

        Assert.False(lingering.Pause(1));

        Assert.False(lingering.Pause(2));
        Assert.True(lingering.Pause(2));
    }
}
