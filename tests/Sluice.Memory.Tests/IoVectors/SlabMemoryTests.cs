using Sluice.Memory.Interop;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>They ask the kernel what is mapped: nobody else may map meanwhile.</summary>
[Collection(nameof(AloneCollection))]
public sealed unsafe class SlabMemoryTests
{
    private const int Huge = 2 << 20;
    private const string TransparentHugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

    private static readonly int Page = Environment.SystemPageSize;

    [Fact]
    public void Allocate_TransparentHugePages_AreAdvisedIfTheMachineHasThem()
    {
        byte* address = SlabMemory.Allocate(Huge, IoHugePages.Transparent, out SlabPages pages);

        bool isOn = SlabMemory.AreTransparentHugePagesOn(TransparentHugePages);
        Assert.Equal(isOn ? SlabPages.TransparentHuge : SlabPages.Base, pages);
        Assert.Equal(0, (nint)address % Huge);
        Assert.Equal(
            File.Exists(TransparentHugePages), PageMap.IsAdvisedHuge((nint)address));
        Assert.False(PageMap.IsMapped((nint)address + Huge, Huge));
        SlabMemory.Free(address, Huge);
    }

    [Theory]
    [InlineData(IoHugePages.Auto, 64 * 1024)]
    [InlineData(IoHugePages.Transparent, Huge + (64 * 1024))]
    [InlineData(IoHugePages.None, Huge)]
    public void Allocate_NoWishOrNotWholeHugePages_IsOfUsualPages(IoHugePages wish, int size)
    {
        byte* address = SlabMemory.Allocate((nuint)size, wish, out SlabPages pages);

        Assert.Equal(SlabPages.Base, pages);
        Assert.False(PageMap.IsAdvisedHuge((nint)address));
        Assert.True(PageMap.IsMapped((nint)address, size));
        Assert.Equal(0, PageMap.CountResident((nint)address, size));
        SlabMemory.Free(address, (nuint)size);
    }

    [Theory]
    [InlineData(IoHugePages.Auto)]
    [InlineData(IoHugePages.Transparent)]
    [InlineData(IoHugePages.None)]
    public void Allocate_MoreThanThereAreAddresses_IsNull(IoHugePages wish) =>
        Assert.True(SlabMemory.Allocate((nuint)1 << 60, wish, out _) == null);

    [Fact]
    public void Free_Allocated_IsNoLongerMapped()
    {
        const int Size = 64 << 20;
        byte* address = SlabMemory.Allocate(Size, IoHugePages.None, out _);
        Assert.True(PageMap.IsMapped((nint)address, Size));

        SlabMemory.Free(address, Size);

        Assert.False(PageMap.IsMapped((nint)address, Size));
    }

    /// <summary>Kernels since 6.7 align such maps themselves, but for a start like these.
    /// </summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 511)]
    [InlineData(511, 1)]
    public void CutToAligned_AnyStart_LeavesTheAlignedPart(int pagesBehind, int pagesBefore)
    {
        Assert.SkipUnless(Page == 4096, "The pages are counted for 4 KiB.");
        const int Size = 2 * Huge;
        const int Room = 4 * Huge;
        nint room = (nint)SlabMemory.Allocate(Room, IoHugePages.Transparent, out _);
        nint mapped = room + (pagesBehind * Page);

        nint address = SlabMemory.CutToAligned(mapped, Size);

        Assert.Equal(mapped + (pagesBefore * Page), address);
        Assert.True(PageMap.IsMapped(address, Size));
        if (pagesBehind > 0)
        {
            Assert.True(PageMap.IsMapped(room, pagesBehind * Page));
            Assert.False(PageMap.IsMapped(mapped, Page));
            Assert.False(PageMap.IsMapped(address - Page, Page));
        }

        nint end = mapped + Size + Huge;
        Assert.False(PageMap.IsMapped(address + Size, Page));
        Assert.False(PageMap.IsMapped(end - Page, Page));
        Assert.True(PageMap.IsMapped(end, room + Room - end));
        _ = Libc.Unmap(room, Room);
    }

    [Fact]
    public void Populate_RangeAcrossPages_MakesAllOfThemResident()
    {
        nuint size = 4 * (nuint)Page;
        byte* address = SlabMemory.Allocate(size, IoHugePages.None, out _);

        SlabMemory.Populate(address + (2 * Page) - 100, (nuint)Page);

        Assert.Equal(2, PageMap.CountResident((nint)address, (nint)size));
        Assert.Equal(2, PageMap.CountResident((nint)address + Page, 2 * Page));
        SlabMemory.Free(address, size);
    }

    [Fact]
    public void Touch_Pages_MakesThemResidentAndLeavesTheirBytes()
    {
        nuint size = 8 * (nuint)Page;
        byte* address = SlabMemory.Allocate(size, IoHugePages.None, out _);
        byte* page = address + (3 * Page);
        page[0] = 255;

        SlabMemory.Touch(page, 3 * (nuint)Page);

        Assert.Equal(3, PageMap.CountResident((nint)page, 3 * Page));
        Assert.Equal(3, PageMap.CountResident((nint)address, (nint)size));
        Assert.Equal(255, page[0]);
        SlabMemory.Free(address, size);
    }

    [Fact]
    public void Clear_WholePages_GivesThemBackAndLeavesZeros()
    {
        nuint size = 4 * (nuint)Page;
        byte* address = SlabMemory.Allocate(size, IoHugePages.None, out _);
        new Span<byte>(address, (int)size).Fill(1);

        SlabMemory.Clear(address, 3 * (nuint)Page);

        Assert.Equal(1, PageMap.CountResident((nint)address, (nint)size));
        Assert.Equal(0, address[0]);
        Assert.Equal(1, address[3 * Page]);
        SlabMemory.Free(address, size);
    }

    [Fact]
    public void Clear_PartOfAPage_LeavesZerosThereAlone()
    {
        byte* address = SlabMemory.Allocate((nuint)Page, IoHugePages.None, out _);
        var bytes = new Span<byte>(address, Page);
        bytes.Fill(1);

        SlabMemory.Clear(address + 10, 20);

        Assert.Equal(-1, bytes.Slice(10, 20).IndexOfAnyExcept((byte)0));
        Assert.Equal(Page - 20, bytes.Count((byte)1));
        SlabMemory.Free(address, (nuint)Page);
    }

    [Theory]
    [InlineData("always madvise [never]\n", false)]
    [InlineData("always [madvise] never\n", true)]
    [InlineData("[always] madvise never\n", true)]
    public void AreTransparentHugePagesOn_WhatTheKernelSays_IsRead(string settings, bool isOn)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, settings);
            Assert.Equal(isOn, SlabMemory.AreTransparentHugePagesOn(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("/proc/self/no such file")]
    [InlineData("/proc/self/mem")]
    public void AreTransparentHugePagesOn_NoFileOrUnreadable_AreNot(string path) =>
        Assert.False(SlabMemory.AreTransparentHugePagesOn(path));
}
