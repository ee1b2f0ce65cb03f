namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class MqttTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    // The table of MQTT 5.0, 1.5.5.
    [Fact]
    public void ReadAndTryRead_NumberIsThere_MoveBehindIt()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap([0x80, 0x01, 0x05]);

        Assert.True(buffer.TryReadMqttInteger(out int first));
        Assert.Equal((128, 2), (first, buffer.Position));
        Assert.Equal(5, buffer.ReadMqttInteger());
        Assert.Equal(3, buffer.Position);
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16383, "FF7F")]
    [InlineData(16384, "808001")]
    [InlineData(2097151, "FFFF7F")]
    [InlineData(2097152, "80808001")]
    [InlineData(268435455, "FFFFFF7F")]
    public void WriteMqttInteger_BordersOfTheStandard_AreItsBytesAndReadBack(
        int value, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(4, AllocationZone.Heap);
        buffer.WriteMqttInteger(value);

        Assert.Equal(hex, Convert.ToHexString(BufferAssert.Written(buffer)));
        Assert.Equal(buffer.Position, BufferMqtt.GetMqttIntegerLength(value));
        buffer.ResetForRead();
        Assert.Equal(value, buffer.ReadMqttInteger());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteMqttInteger_NoSuchNumber_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        foreach (int value in new[] { -1, int.MinValue, 268435456, int.MaxValue })
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.WriteMqttInteger(value));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => BufferMqtt.GetMqttIntegerLength(value));
        }
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("FF8000")]
    [InlineData("80808000")]
    [InlineData("80808080")]
    [InlineData("8080808001")]
    [InlineData("FFFFFFFF")]
    public void ReadMqttInteger_LongerThanAllowed_ThrowsAndChangesNothing(string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadMqttInteger());
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.TryReadMqttInteger(out _));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadMqttInteger_EndNotThere_ChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Fill(0x80);
        for (int limit = 0; limit < 4; limit++)
        {
            buffer.Limit = limit;
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadMqttInteger());
            BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadMqttInteger(out _));
        }
    }

    [Fact]
    public void WriteMqttInteger_TooLittleRoom_ThrowsAndChangesNothing()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1, AllocationZone.Heap);

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteMqttInteger(128));
    }
}
