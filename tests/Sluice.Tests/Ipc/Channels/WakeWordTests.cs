using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Sleeping and waking in every order, by a model and by the code itself.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class WakeWordTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [Trait("pitfall", "46")]
    public void Model_EveryOrder_LosesNoWakeUp(int sleepers, int publishes)
    {
        var model = new WakeModel { Sleepers = sleepers, Publishes = publishes };

        (int states, int lost) = model.Run();

        Assert.InRange(states, 1_000, int.MaxValue);
        Assert.Equal(0, lost);
    }

    [Theory]
    [InlineData(1, (int)WakeModel.Omission.Barrier)]
    [InlineData(1, (int)WakeModel.Omission.FenceOfTheWaker)]
    [InlineData(1, (int)WakeModel.Omission.SecondLook)]
    [InlineData(2, (int)WakeModel.Omission.BarrierOfEverySleeper)]
    [InlineData(2, (int)WakeModel.Omission.BitsOfOtherSleepers)]
    [InlineData(2, (int)WakeModel.Omission.CountOfWakes)]
    public void Model_WithoutOneRule_LosesAWakeUp(int sleepers, int omission)
    {
        var model = new WakeModel
        {
            Sleepers = sleepers,
            Without = (WakeModel.Omission)omission,
        };

        Assert.NotEqual(0, model.Run().Lost);
    }

    [Fact]
    [Trait("pitfall", "46")]
    public void Word_RandomOrdersOfItsSteps_LosesNoWakeUp()
    {
        uint memory = 0;
        var word = new WakeWord(&memory);
        var random = new Random(46);
        int idleFences = 0;
        int published = 0;
        int seen = 0;
        uint? armed = null;
        bool isAsleep = false;
        for (int i = 0; i < 200_000; i++)
        {
            switch (random.Next(3))
            {
                case 0:
                    published++;
                    break;
                case 1 when word.IsSet:
                    isAsleep &= (word.Wake(ref idleFences) & WakeWord.Futex) == 0;
                    Assert.False(isAsleep && published != seen);
                    break;
                case 2 when isAsleep:
                    break;
                case 2 when armed is null:
                    seen = published;
                    armed = word.Arm(WakeWord.Futex);
                    break;
                case 2:
                    // What futex(2) compares.
                    isAsleep = published == seen && memory == armed;
                    if (!isAsleep)
                        word.Disarm();
                    armed = null;
                    break;
            }
        }
    }

    [Fact]
    public void Wake_FencesForNobody_EndAfterAWhile()
    {
        Assert.SkipUnless(ProcessBarrier.IsAvailable, "The system has no membarrier.");
        uint memory = 0;
        var word = new WakeWord(&memory);
        word.Reset();
        _ = word.Arm(WakeWord.Futex);
        word.Disarm();
        Assert.True(word.IsSet);
        int idleFences = 0;
        for (int i = 0; i < 100 && word.IsSet; i++)
            _ = word.Wake(ref idleFences);

        Assert.False(word.IsSet);
    }

    [Fact]
    public void Wake_SleeperThatCannotMakeBarriers_KeepsItsFence()
    {
        uint memory = WakeWord.Fence | WakeWord.KeepFence;
        var word = new WakeWord(&memory);
        int idleFences = 0;
        for (int i = 0; i < 1000; i++)
            _ = word.Wake(ref idleFences);

        Assert.True(word.IsSet);
    }

    [Fact]
    public void Interrupt_SharedWord_ChangesItAndKeepsTheBits()
    {
        uint memory = 0;
        var word = new WakeWord(&memory);
        uint armed = word.Arm(WakeWord.Event, isShared: true);
        word.Interrupt(isShared: true);

        Assert.NotEqual(armed, memory);
        Assert.NotEqual(0u, memory & WakeWord.Event);
        word.Sleep(armed);
    }

    [Fact]
    public void Close_Word_IsSeenByTheWaker()
    {
        uint memory = 0;
        var word = new WakeWord(&memory);
        word.Close();
        int idleFences = 0;

        Assert.True(word.IsSet);
        Assert.NotEqual(0u, word.Wake(ref idleFences) & WakeWord.Closed);
        Assert.True(word.IsClosed);
    }
}
