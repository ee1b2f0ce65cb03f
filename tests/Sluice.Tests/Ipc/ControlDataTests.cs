using System.Runtime.InteropServices;
using Sluice.Ipc;

namespace Sluice.Tests.Ipc;

public sealed class ControlDataTests
{
    private const int SOL_SOCKET = 1;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(253)]
    public void Read_WhatWasWritten_IsTheSame(int count)
    {
        int[] numbers = [.. Enumerable.Range(3, count)];
        var control = new byte[ControlData.SizeOf(count)];
        if (count > 0)
            ControlData.Write(control, numbers);

        (int[] asked, int[] unasked) = Read(control);

        Assert.Equal(numbers, asked);
        Assert.Empty(unasked);
    }

    [Fact]
    [Trait("pitfall", "43")]
    public void Read_SeveralItems_FindsAllDescriptors()
    {
        byte[] control =
        [
            .. Item(SOL_SOCKET, 1, [5]),
            .. Item(SOL_SOCKET, 2, [1, 2, 3]), // Credentials: no descriptors.
            .. Item(SOL_SOCKET, 4, [6]), // A pidfd that nobody asked for.
            .. Item(41, 1, [9]), // Another level's type 1.
            .. Item(SOL_SOCKET, 1, [7, 8]),
        ];

        (int[] asked, int[] unasked) = Read(control);

        Assert.Equal([5, 7, 8], asked);
        Assert.Equal([6], unasked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Read_LengthThatCannotBe_StopsThere(long length)
    {
        byte[] control = Item(SOL_SOCKET, 1, [5]);
        MemoryMarshal.Write(control, length);

        AssertNothing(control);
    }

    [Fact]
    public void Read_ShorterThanAHeader_IsNothing() =>
        AssertNothing(new byte[15]);

    private static void AssertNothing(byte[] control)
    {
        (int[] asked, int[] unasked) = Read(control);
        Assert.Empty(asked);
        Assert.Empty(unasked);
    }

    private static byte[] Item(int level, int type, int[] data)
    {
        int length = 16 + (data.Length * 4);
        var item = new byte[(length + 7) & ~7];
        MemoryMarshal.Write(item, (long)length);
        MemoryMarshal.Write(item.AsSpan(8), level);
        MemoryMarshal.Write(item.AsSpan(12), type);
        MemoryMarshal.AsBytes(data.AsSpan()).CopyTo(item.AsSpan(16));
        return item;
    }

    private static (int[] Asked, int[] Unasked) Read(byte[] control)
    {
        List<int> asked = [];
        List<int> unasked = [];
        ControlData.Read(control, asked, unasked);
        return ([.. asked], [.. unasked]);
    }
}
