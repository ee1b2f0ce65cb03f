using System.Runtime.Versioning;
using System.Text;

namespace Sluice.Memory.Tests.Shared;

/// <summary>Names and huge pages of memfds; ordinary pages pass for huge ones.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class SharedMemoryMemfdTests
{
    private const int ENOSPC = 28;
    private const uint MFD_HUGETLB = 4;
    private const long HugePage = 2 << 20;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(HugePage, 1)]
    [InlineData(HugePage + 1, 2)]
    public void Create_HugePages_RoundsUpToWholeOnes(long size, long pages)
    {
        var system = new FailingSystem { FakesHugePages = true };
        using SharedMemory memory = Create(system, size, isHuge: true);

        Assert.True(memory.HasHugePages);
        Assert.Equal(pages * HugePage, memory.Size);
        Assert.Equal([pages * HugePage], system.Allocations);
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(100, false, false)]
    [InlineData(long.MaxValue - HugePage, true, true)]
    [InlineData(long.MaxValue - HugePage + 1, true, false)]
    public void Create_HugePages_AreAskedForWhereASizeHasAny(long size, bool isHuge, bool isAsked)
    {
        var system = new FailingSystem { FakesHugePages = true, AllocateError = ENOSPC };
        using SharedMemory memory = Create(system, size, isHuge);

        Assert.Equal(isAsked, (system.Memfds[0].Flags & MFD_HUGETLB) != 0);
        Assert.False(memory.HasHugePages);
        Assert.Equal(size, memory.Size);
    }

    [Fact]
    [Trait("pitfall", "40")]
    public void Create_TooFewHugePages_ClosesTheirObject()
    {
        var system = new FailingSystem { FakesHugePages = true, AllocateError = ENOSPC };
        string name = Guid.NewGuid().ToString();

        using SharedMemory memory = Create(system, 100, isHuge: true, name);

        Assert.Equal(2, system.Memfds.Count);
        Assert.Equal(1, SharedMemoryProbe.DescriptorCount(name));
    }

    [Fact]
    public void Create_Memfd_TakesItsSpaceLate()
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(system, 100, isHuge: false);
        memory.Resize(200);

        Assert.Empty(system.Allocations);
    }

    [Theory]
    [InlineData("n", 249)]
    [InlineData("\u00e4", 124)]
    [InlineData("\u20ac", 83)]
    [InlineData("\U0001f30a", 62)]
    public void Create_LongName_IsCutToWhatTheKernelTakes(string character, int count)
    {
        var system = new FailingSystem();
        using SharedMemory memory = Create(
            system, 100, isHuge: false, Repeat(character, 300));

        Assert.Equal(SharedMemoryBackend.Memfd, memory.Backend);
        Assert.Equal(Repeat(character, count), system.Memfds[^1].Name);
    }

    private static string Repeat(string text, int count) =>
        new StringBuilder().Insert(0, text, count).ToString();

    private static SharedMemory Create(
        FailingSystem system, long size, bool isHuge, string name = "sluice") =>
        new SharedMemoryFactory(system).Create(
            size, new SharedMemoryOptions { HugePages = isHuge, Name = name });
}
