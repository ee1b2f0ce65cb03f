using System.Buffers.Binary;
using System.Reflection;

namespace Sluice.Memory.Tests.Buffers.Access;

/// <summary>A number and its bytes, as the framework writes them.</summary>
internal abstract class NumberCase(string name, byte[] bytes)
{
    private static readonly Guid s_guid = new("00112233-4455-6677-8899-aabbccddeeff");

    public static IReadOnlyList<NumberCase> All { get; } =
    [
        new NumberCase<bool>("Boolean", true, [1]),
        new NumberCase<byte>("Byte", 0x81, [0x81]),
        new NumberCase<sbyte>("SByte", -2, [0xFE]),
        .. Both<short>("Int16", -0x0103,
            BinaryPrimitives.WriteInt16BigEndian, BinaryPrimitives.WriteInt16LittleEndian),
        .. Both<ushort>("UInt16", 0xF102,
            BinaryPrimitives.WriteUInt16BigEndian, BinaryPrimitives.WriteUInt16LittleEndian),
        .. Both("Int32", -0x01020304,
            BinaryPrimitives.WriteInt32BigEndian, BinaryPrimitives.WriteInt32LittleEndian),
        .. Both("UInt32", 0xF1020304,
            BinaryPrimitives.WriteUInt32BigEndian, BinaryPrimitives.WriteUInt32LittleEndian),
        .. Both("Int64", -0x0102030405060708,
            BinaryPrimitives.WriteInt64BigEndian, BinaryPrimitives.WriteInt64LittleEndian),
        .. Both("UInt64", 0xF102030405060708,
            BinaryPrimitives.WriteUInt64BigEndian, BinaryPrimitives.WriteUInt64LittleEndian),
        .. Both("Int128", new Int128(0x8102030405060708, 0x090A0B0C0D0E0F10),
            BinaryPrimitives.WriteInt128BigEndian, BinaryPrimitives.WriteInt128LittleEndian),
        .. Both("UInt128", new UInt128(0x8102030405060708, 0x090A0B0C0D0E0F10),
            BinaryPrimitives.WriteUInt128BigEndian, BinaryPrimitives.WriteUInt128LittleEndian),
        .. Both("Char", '\u20AC',
            static (to, value) => BinaryPrimitives.WriteUInt16BigEndian(to, value),
            static (to, value) => BinaryPrimitives.WriteUInt16LittleEndian(to, value)),
        .. Both("Half", (Half)(-1.5),
            BinaryPrimitives.WriteHalfBigEndian, BinaryPrimitives.WriteHalfLittleEndian),
        .. Both("Single", -1234.5f,
            BinaryPrimitives.WriteSingleBigEndian, BinaryPrimitives.WriteSingleLittleEndian),
        .. Both("Double", Math.PI,
            BinaryPrimitives.WriteDoubleBigEndian, BinaryPrimitives.WriteDoubleLittleEndian),
        new NumberCase<Guid>("Guid", s_guid, s_guid.ToByteArray(bigEndian: true)),
        new NumberCase<Guid>("GuidLittleEndian", s_guid, s_guid.ToByteArray()),
    ];

    private delegate void Encoder<T>(Span<byte> destination, T value);

    public string Name { get; } = name;

    public byte[] Bytes { get; } = bytes;

    public abstract void Write(PlatformBuffer buffer);

    public abstract void Set(PlatformBuffer buffer, int index);

    public abstract void Write(ref BufferWriter writer);

    /// <summary>Reads and compares.</summary>
    public abstract void Read(PlatformBuffer buffer);

    /// <summary>Gets and compares.</summary>
    public abstract void Get(PlatformBuffer buffer, int index);

    /// <summary>Reads and compares.</summary>
    public abstract void Read(ref BufferReader reader);

    private static NumberCase[] Both<T>(
        string name, T value, Encoder<T> bigEndian, Encoder<T> littleEndian)
        where T : unmanaged
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..System.Runtime.CompilerServices.Unsafe.SizeOf<T>()];
        bigEndian(bytes, value);
        var big = new NumberCase<T>(name, value, bytes.ToArray());
        littleEndian(bytes, value);
        return [big, new NumberCase<T>(name + "LittleEndian", value, bytes.ToArray())];
    }
}

/// <summary>Finds the methods by their names, so that none can be forgotten.</summary>
internal sealed class NumberCase<T>(string name, T value, byte[] bytes) : NumberCase(name, bytes)
{
    private readonly Func<PlatformBuffer, T> _read = Bind<Func<PlatformBuffer, T>>(
        typeof(BufferReads), "Read" + name);

    private readonly Action<PlatformBuffer, T> _write = Bind<Action<PlatformBuffer, T>>(
        typeof(BufferWrites), "Write" + name);

    private readonly Func<PlatformBuffer, int, T> _get = Bind<Func<PlatformBuffer, int, T>>(
        typeof(BufferGets), "Get" + name);

    private readonly Action<PlatformBuffer, int, T> _set = Bind<Action<PlatformBuffer, int, T>>(
        typeof(BufferSets), "Set" + name);

    private readonly ReaderRead _readerRead = Bind<ReaderRead>(
        typeof(BufferReader), "Read" + name);

    private readonly WriterWrite _writerWrite = Bind<WriterWrite>(
        typeof(BufferWriter), "Write" + name);

    private delegate T ReaderRead(ref BufferReader reader);

    private delegate void WriterWrite(ref BufferWriter writer, T value);

    public override void Write(PlatformBuffer buffer) => _write(buffer, value);

    public override void Set(PlatformBuffer buffer, int index) => _set(buffer, index, value);

    public override void Write(ref BufferWriter writer) => _writerWrite(ref writer, value);

    public override void Read(PlatformBuffer buffer) => Assert.Equal(value, _read(buffer));

    public override void Get(PlatformBuffer buffer, int index) =>
        Assert.Equal(value, _get(buffer, index));

    public override void Read(ref BufferReader reader) =>
        Assert.Equal(value, _readerRead(ref reader));

    private static TDelegate Bind<TDelegate>(Type type, string method)
        where TDelegate : Delegate =>
        type.GetMethod(
            method, BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)!
            .CreateDelegate<TDelegate>();
}
