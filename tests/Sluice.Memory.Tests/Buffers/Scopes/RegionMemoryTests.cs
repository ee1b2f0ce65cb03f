namespace Sluice.Memory.Tests.Buffers.Scopes;

/// <summary>How a scope divides its memory into chunks.</summary>
public sealed class RegionMemoryTests
{
    private const int FirstChunk = 16 * 1024;
    private const int LargestChunk = 1024 * 1024;

    [Fact]
    public void Allocate_AChunkIsFull_GoesOnInOneOfTwiceTheSize()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();

        var chunks = new List<int>();
        nint end = 0;

        // The largest pieces that share the first chunk, until the last two have been filled.
        for (int left = (4 * LargestChunk) - FirstChunk; left > 0; left -= FirstChunk / 4)
        {
            nint address = scope.AllocateAligned(FirstChunk / 4, 1).NativeAddress;
            if (address != end)
                chunks.Add(0);
            chunks[^1] += FirstChunk / 4;
            end = address + (FirstChunk / 4);
        }

        Assert.Equal(
            [16, 32, 64, 128, 256, 512, 1024, 1024, 1024], chunks.Select(bytes => bytes / 1024));
    }

    [Theory]
    [InlineData(FirstChunk / 4, 1, true)]
    [InlineData((FirstChunk / 4) + 1, 1, false)]
    [InlineData(1, FirstChunk / 4, true)]
    [InlineData(1, FirstChunk / 2, false)]
    public void AllocateAligned_InANewScope_StartsAChunkIfAQuarterOfItSuffices(
        int size, int alignment, bool startsAChunk)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        nint first = scope.AllocateAligned(size, alignment).NativeAddress;

        nint second = scope.AllocateAligned(8, 1).NativeAddress;

        Assert.Equal(0, first % alignment);
        Assert.Equal(startsAChunk, second == first + size);
    }

    [Fact]
    public void Allocate_LargePieceThatDoesNotFit_LeavesTheChunkToSmallOnes()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        nint first = scope.AllocateAligned(8, 1).NativeAddress;
        scope.Allocate(FirstChunk);

        Assert.Equal(first + 8, scope.AllocateAligned(8, 1).NativeAddress);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Allocate_TheRestOfAChunk_IsGivenOutToTheLastByte(int tooMany, bool fits)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        nint first = scope.AllocateAligned(100, 1).NativeAddress;

        nint rest = scope.AllocateAligned(FirstChunk - 100 + tooMany, 1).NativeAddress;

        Assert.Equal(fits, rest == first + 100);
    }

    [Fact]
    public void AllocateAligned_NextMultipleIsBeyondTheChunk_StartsAnother()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        nint first = scope.AllocateAligned(100, FirstChunk / 4).NativeAddress;
        scope.AllocateAligned(FirstChunk - 200, 1);

        nint second = scope.AllocateAligned(8, FirstChunk / 4).NativeAddress;

        Assert.False(second >= first && second <= first + FirstChunk);
    }

    [Fact]
    public void AllocateAligned_NextMultipleIsFarBeyondTheChunk_LeavesTheChunkToSmallOnes()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory has guards of its own.");
        using var scope = new BufferScope();
        nint first = scope.AllocateAligned(8, 1).NativeAddress;
        scope.AllocateAligned(8, LargestChunk);

        Assert.Equal(first + 8, scope.AllocateAligned(8, 1).NativeAddress);
    }

    [Fact]
    public void Dispose_ChunksAndLargePieces_FreesThemAll()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory stays mapped for a while.");
        nint[] before = AddressesOfAScope();

        // What was freed last is given out first, by the same thread.
        nint[] after = AddressesOfAScope();

        Assert.Equal(before.Order(), after.Order());
    }

    private static nint[] AddressesOfAScope()
    {
        using var scope = new BufferScope();
        return
        [
            scope.Allocate(8).NativeAddress,
            scope.Allocate(FirstChunk).NativeAddress,
            scope.Allocate(FirstChunk).NativeAddress,
        ];
    }
}
