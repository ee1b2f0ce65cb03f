using Sluice.Site.Api;

namespace Sluice.Repository.Tests.PublicApi;

/// <summary>The printer sees what a caller depends on.</summary>
public sealed class ApiPrinterTests
{
    [Fact]
    public void Print_Class_ShowsWhatCallersDependOn()
    {
        const string expected = """
            namespace Sluice.Repository.Tests.PublicApi

            abstract class SampleClass<T> : IDisposable where T : unmanaged, IComparable<T>
                const int Limit = 7
                protected readonly string? _name
                protected SampleClass(string? name = null)
                int Count { get; protected set; }
                required int[] Rest { get; init; }
                event EventHandler Ended
                virtual void Dispose()
                static List<string?> Names(DayOfWeek day = DayOfWeek.Friday, params int[] rest)
                abstract ReadOnlySpan<byte> Read(ref T value, out int count)
                override string ToString()

            """;
        Assert.Equal(expected, ApiPrinter.Print([typeof(SampleClass<>)]));
    }

    [Fact]
    public void Print_ReadOnlyRefStruct_ShowsItsKind()
    {
        const string expected = """
            namespace Sluice.Repository.Tests.PublicApi

            readonly ref struct SampleStruct
                byte* Address { get; }
                override bool Equals(object? obj)
                override int GetHashCode()
                static bool op_Equality(SampleStruct left, SampleStruct right)
                static bool op_Inequality(SampleStruct left, SampleStruct right)

            """;
        Assert.Equal(expected, ApiPrinter.Print([typeof(SampleStruct)]));
    }

    [Fact]
    public void Print_EnumRecordAndDelegate_ShowsValuesAndParameters()
    {
        const string expected = """
            namespace Sluice.Repository.Tests.PublicApi

            delegate string? SampleDelegate(in int value)

            [Flags] enum SampleEnum : ushort
                None = 0
                First = 1
                Second = 2

            sealed record SampleRecord
                SampleRecord(string Name, CancellationToken Token = default)
                string Name { get; init; }
                CancellationToken Token { get; init; }

            """;
        Type[] types = [typeof(SampleEnum), typeof(SampleDelegate), typeof(SampleRecord)];
        Assert.Equal(expected, ApiPrinter.Print(types));
    }

    [Theory]
    [InlineData("A\n    x\n", "A\n    x\n", "")]
    [InlineData("A\n    x\n", "A\n    x\n    y\n", "  A\n+     y")]
    [InlineData("A\n    x\n    y\n", "A\n    y\n", "  A\n-     x")]
    [InlineData("A\n    x\n", "A\n    z\n", "  A\n-     x\n+     z")]
    [InlineData("", "A\n", "+ A")]
    public void Between_TwoTexts_NamesTypeAndLine(string before, string after, string expected) =>
        Assert.Equal(expected, LineDiff.Between(before, after));
}
