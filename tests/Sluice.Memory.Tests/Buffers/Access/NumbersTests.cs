using System.Reflection;

namespace Sluice.Memory.Tests.Buffers.Access;

/// <summary>Every typed read, write, get and set, in both orders, over every kind.</summary>
public sealed class NumbersTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_EachType_WritesTheBytesOfTheFramework(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.Fill(0xEE);
            buffer.Position = 3;
            number.Write(buffer);

            Assert.Equal(3 + number.Bytes.Length, buffer.Position);
            AssertOnly(buffer, 3, number);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Set_EachType_WritesTheBytesAndKeepsThePosition(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.Fill(0xEE);
            number.Set(buffer, 1);

            Assert.Equal(0, buffer.Position);
            AssertOnly(buffer, 1, number);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_EachType_ReadsTheNumberAndMovesBehindIt(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.SetBytes(3, number.Bytes);
            buffer.Position = 3;
            number.Read(buffer);

            Assert.Equal(3 + number.Bytes.Length, buffer.Position);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Get_EachType_GetsTheNumberAndKeepsThePosition(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.SetBytes(3, number.Bytes);
            number.Get(buffer, 3);

            Assert.Equal(0, buffer.Position);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_EachTypeOneByteMissing_ThrowsAndChangesNothing(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.Position = 2;
            buffer.Limit = 2 + number.Bytes.Length - 1;

            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => number.Read(buffer));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_EachTypeOneByteTooMany_ThrowsAndChangesNothing(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.Fill(0xEE);
            buffer.Position = 2;
            buffer.Limit = 2 + number.Bytes.Length - 1;

            BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
                buffer, () => number.Write(buffer));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void GetAndSet_EachTypeOutsideTheLimit_ThrowAndChangeNothing(BufferKind kind)
    {
        foreach (NumberCase number in NumberCase.All)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, 20);
            buffer.Fill(0xEE);
            buffer.Limit = 18;
            int behind = 18 - number.Bytes.Length + 1;
            int wrapping = int.MaxValue - number.Bytes.Length + 1;
            foreach (int index in new[] { -1, int.MinValue, behind, wrapping, int.MaxValue })
            {
                BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                    buffer, () => number.Get(buffer, index));
                BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                    buffer, () => number.Set(buffer, index));
            }
        }
    }

    [Fact]
    public void ReaderAndWriter_EachType_AgreeWithTheFramework()
    {
        foreach (NumberCase number in NumberCase.All)
        {
            byte[] bytes = new byte[18];
            var writer = new BufferWriter(bytes);
            writer.Advance(1);
            number.Write(ref writer);
            var reader = new BufferReader(bytes);
            reader.Advance(1);
            number.Read(ref reader);

            Assert.Equal(number.Bytes, bytes[1..writer.Position]);
            Assert.Equal(1 + number.Bytes.Length, reader.Position);
        }
    }

    [Fact]
    public void ReaderAndWriter_OneByteMissing_ThrowAndStay()
    {
        foreach (NumberCase number in NumberCase.All)
        {
            byte[] bytes = new byte[number.Bytes.Length - 1];
            var writer = new BufferWriter(bytes);
            var reader = new BufferReader(bytes);

            Assert.NotNull(Catch(ref writer, number));
            Assert.NotNull(Catch(ref reader, number));
            Assert.Equal(0, writer.Position + reader.Position);
            Assert.All(bytes, static value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void All_HasEveryTypedMethod()
    {
        string[] names = [.. NumberCase.All.Select(number => number.Name)];

        Assert.Equal(Names(typeof(BufferReads), "Read"), names.Order());
        Assert.Equal(Names(typeof(BufferWrites), "Write"), names.Order());
        Assert.Equal(Names(typeof(BufferGets), "Get"), names.Order());
        Assert.Equal(Names(typeof(BufferSets), "Set"), names.Order());
        Assert.Equal(Names(typeof(BufferReader), "Read"), names.Append("Bytes").Order());
        Assert.Equal(Names(typeof(BufferWriter), "Write"), names.Append("Bytes").Order());
    }

    private static IEnumerable<string> Names(Type type, string verb) => type
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)
        .Where(method => method.DeclaringType == type)
        .Where(method => method.Name.StartsWith(verb, StringComparison.Ordinal))
        .Select(method => method.Name[verb.Length..])
        .Order();

    private static void AssertOnly(PlatformBuffer buffer, int index, NumberCase number)
    {
        byte[] expected = new byte[buffer.Limit];
        expected.AsSpan().Fill(0xEE);
        number.Bytes.CopyTo(expected, index);
        Assert.Equal(expected, buffer.AsSpan(0, buffer.Limit).ToArray());
    }

    private static BufferOverflowException? Catch(ref BufferWriter writer, NumberCase number)
    {
        try
        {
            number.Write(ref writer);
            return null;
        }
        catch (BufferOverflowException error)
        {
            return error;
        }
    }

    private static BufferUnderflowException? Catch(ref BufferReader reader, NumberCase number)
    {
        try
        {
            number.Read(ref reader);
            return null;
        }
        catch (BufferUnderflowException error)
        {
            return error;
        }
    }
}
