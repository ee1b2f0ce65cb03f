namespace Sluice.Memory.Tests.Shared;

/// <summary>The contract of objects and their maps, over every backend.</summary>
public sealed class SharedMemoryTests
{
    public static TheoryData<SharedMemoryCase> Cases => SharedMemoryCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Create_AnySize_IsZeroAndOfThatSize(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 10_000);
        using SharedMemoryMap map = memory.Map();

        Assert.Equal(SharedMemoryCases.ExpectedBackend(@case), memory.Backend);
        Assert.Equal(10_000, memory.Size);
        Assert.Equal(10_000, map.Length);
        Assert.Equal(-1, map.Buffer.RemainingSpan.IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "38")]
    public void Create_ZeroBytes_IsAnEmptyObjectWithAnEmptyMap(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 0);
        using SharedMemoryMap map = memory.Map();
        map.Flush();
        map.Advise(SharedMemoryAdvice.WillNeed);

        Assert.Equal(0, memory.Size);
        Assert.Equal(0, map.Length);
        Assert.Equal(0, map.Buffer.Capacity);
        Assert.True(map.GetReadOnlyMemory(0, 0).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(0, 1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "38")]
    public void Map_ZeroBytesOfAnObject_IsEmpty(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using SharedMemoryMap map = memory.Map(100, 0);

        Assert.Equal(0, map.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "38")]
    public void Create_NegativeSize_Throws(SharedMemoryCase @case) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemoryCases.Create(@case, -1));

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "38")]
    public void Map_FiveSparseGigabytes_ReadsAndWritesAtTheEnd(SharedMemoryCase @case)
    {
        const long Size = 5L << 30;
        using SharedMemory memory = SharedMemoryCases.Create(
            @case, Size, new SharedMemoryOptions { IsSparse = true });
        using SharedMemoryMap map = memory.Map();
        using NativeBuffer end = map.Buffer.Window(Size - 8, 8);
        end.WriteInt64(0x0102030405060708);

        using SharedMemoryMap tail = memory.Map(Size - 3);
        Assert.Equal(Size, map.Length);
        Assert.Equal([6, 7, 8], tail.Buffer.RemainingSpan.ToArray());
        Assert.Equal([0, 0], map.GetReadOnlyMemory(4L << 30, 2).ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "41")]
    public void Map_OutsideTheObject_Throws(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);

        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(-1));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => memory.Map(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(0, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(1, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(1, long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Map(long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => memory.Map(0, 1, (SharedMemoryAccess)3));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_OffsetWithinAPage_BeginsThere(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 10_000);
        using SharedMemoryMap all = memory.Map();
        all.Buffer.SetInt32(5_000, 0x01020304);

        using SharedMemoryMap part = memory.Map(5_001, 2);

        Assert.Equal([2, 3], part.Buffer.RemainingSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_Twice_BothSeeTheSameBytes(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using SharedMemoryMap writer = memory.Map();
        using SharedMemoryMap reader = memory.Map(access: SharedMemoryAccess.Read);

        writer.Buffer.WriteInt32(0x01020304);
        writer.Flush();

        Assert.Equal([1, 2, 3, 4], reader.GetReadOnlyMemory(0, 4).ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_CopyOnWrite_KeepsItsWritesToItself(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using SharedMemoryMap shared = memory.Map();
        using SharedMemoryMap own = memory.Map(access: SharedMemoryAccess.CopyOnWrite);

        own.Buffer.WriteInt32(1);

        Assert.Equal(0, shared.Buffer.GetInt32(0));
        Assert.Equal(1, own.Buffer.GetInt32(0));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_ForReading_GivesOutNothingThatWrites(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using SharedMemoryMap map = memory.Map(access: SharedMemoryAccess.Read);

        Assert.Throws<InvalidOperationException>(() => map.Buffer);
        Assert.Throws<InvalidOperationException>(() => map.GetMemory(0, 1));
        Assert.Equal(100, map.GetReadOnlyMemory(0, 100).Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_ObjectDisposed_OutlivesIt(SharedMemoryCase @case)
    {
        SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using SharedMemoryMap map = memory.Map();
        memory.Dispose();
        memory.Dispose();

        map.Buffer.WriteInt32(7);
        map.Flush();

        Assert.Equal(7, map.Buffer.GetInt32(0));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Object_AfterDispose_Throws(SharedMemoryCase @case)
    {
        SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        memory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.Map());
        var error = Assert.Throws<ObjectDisposedException>(() => memory.Size);
        Assert.Equal(typeof(SharedMemory).FullName, error.ObjectName);
        Assert.Throws<ObjectDisposedException>(() => memory.Handle);
        Assert.Throws<ObjectDisposedException>(() => memory.Seals);
        Assert.Throws<ObjectDisposedException>(() => memory.Resize(1));
        Assert.Throws<ObjectDisposedException>(() => memory.Seal(SharedMemorySeals.Grow));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Map_AfterItsDispose_Throws(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        SharedMemoryMap map = memory.Map();
        Memory<byte> bytes = map.GetMemory(0, 10);
        map.Dispose();
        map.Dispose();

        Assert.Throws<ObjectDisposedException>(() => map.NativeAddress);
        Assert.Throws<ObjectDisposedException>(() => map.Length);
        Assert.Throws<ObjectDisposedException>(() => map.Buffer.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => map.Flush());
        Assert.Throws<ObjectDisposedException>(() => map.Advise(SharedMemoryAdvice.Normal));
        Assert.Throws<ObjectDisposedException>(() => bytes.Span.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resize_Larger_AddsZeros(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 1);
        using (SharedMemoryMap before = memory.Map())
            before.Buffer.WriteByte(9);

        memory.Resize(3);
        using SharedMemoryMap map = memory.Map();

        Assert.Equal(3, memory.Size);
        Assert.Equal([9, 0, 0], map.Buffer.RemainingSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "41")]
    public void Resize_SmallerWhileMapped_ThrowsAndKeepsTheSize(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using (memory.Map())
            Assert.Throws<InvalidOperationException>(() => memory.Resize(99));

        Assert.Equal(100, memory.Size);
        memory.Resize(50);
        Assert.Equal(50, memory.Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Resize(-1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Advise_EachAdvice_IsTakenOrRefusedByAnException(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 10_000);
        using SharedMemoryMap map = memory.Map(5_000);

        map.Advise(SharedMemoryAdvice.Normal);
        map.Advise(SharedMemoryAdvice.Random);
        map.Advise(SharedMemoryAdvice.Sequential);
        map.Advise(SharedMemoryAdvice.WillNeed);
        map.Buffer.WriteByte(1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "40")]
    public void Dispose_MapAndObject_LeavesNothingMappedOrOpen(SharedMemoryCase @case)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux says what is mapped.");
        SharedMemory memory = SharedMemoryCases.Create(
            @case, 100, new SharedMemoryOptions { Name = Guid.NewGuid().ToString() });
        string name = SharedMemoryProbe.NameOf(memory);
        SharedMemoryMap map = memory.Map();
        Assert.Equal(1, SharedMemoryProbe.MapCount(name));

        map.Dispose();
        Assert.Equal(0, SharedMemoryProbe.MapCount(name));

        Assert.Equal(1, SharedMemoryProbe.DescriptorCount(name));
        memory.Dispose();
        Assert.Equal(0, SharedMemoryProbe.DescriptorCount(name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("pitfall", "41")]
    public void ToBuffer_WhileItLives_TheObjectDoesNotShrink(SharedMemoryCase @case)
    {
        using SharedMemory memory = SharedMemoryCases.Create(@case, 100);
        using NativeBuffer buffer = memory.ToBuffer();

        Assert.Throws<InvalidOperationException>(() => memory.Resize(99));
        memory.Resize(100);
        Assert.Equal(100, memory.Size);
    }

    [Fact]
    public void Create_NoSuchBackend_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>("options", () => SharedMemory.Create(
            10, new SharedMemoryOptions { Backend = (SharedMemoryBackend)4 }));

    [Fact]
    public void With_NoAction_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => SharedMemory.With(10, null!));
        Assert.Throws<ArgumentNullException>(() => SharedMemory.With<int>(10, null!));
    }

    [Fact]
    public void With_ActionThrows_ClosesTheObject()
    {
        SharedMemory? seen = null;

        Assert.Throws<InvalidOperationException>(() => SharedMemory.With(10, memory =>
        {
            seen = memory;
            throw new InvalidOperationException();
        }));

        Assert.Throws<ObjectDisposedException>(() => seen!.Size);
        Assert.Equal(10, SharedMemory.With(10, static memory => memory.Size));
    }
}
