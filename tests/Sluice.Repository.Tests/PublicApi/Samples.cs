// What ApiPrinterTests print: each detail here is one that a caller depends on.
#pragma warning disable CA1028, CA1051, CA1065, CA1305 // Shapes for the printer, not an API.
#pragma warning disable CA1815, CA2231, MA0069 // See above.
namespace Sluice.Repository.Tests.PublicApi;

internal abstract class SampleClass<T> : IDisposable
    where T : unmanaged, IComparable<T>
{
    public const int Limit = 7;

    protected readonly string? _name;

    protected SampleClass(string? name = null) => _name = name;

    public event EventHandler Ended = (_, _) => { };

    public required int[] Rest { get; init; }

    public int Count { get; protected set; }

    public abstract ReadOnlySpan<byte> Read(ref T value, out int count);

    public static List<string?> Names(DayOfWeek day = DayOfWeek.Friday, params int[] rest) =>
        [day.ToString(), .. rest.Select(value => (string?)null)];

    public override string ToString() => _name ?? nameof(Ended);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    internal void Hidden() => Count++;

    private protected void HiddenToo() => Count--;
}

internal readonly unsafe ref struct SampleStruct
{
    public byte* Address { get; }

    public static bool operator ==(SampleStruct left, SampleStruct right) => true;

    public static bool operator !=(SampleStruct left, SampleStruct right) => false;

    public override bool Equals(object? obj) => false;

    public override int GetHashCode() => 0;
}

[Flags]
internal enum SampleEnum : ushort
{
    None = 0,
    Second = 2,
    First = 1,
}

internal sealed record SampleRecord(string Name, CancellationToken Token = default);

internal delegate string? SampleDelegate(in int value);
