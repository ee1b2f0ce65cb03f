using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Uring.Tests;

public class OperationTokenTests
{
    [Fact]
    [Trait("pitfall", "4")]
    public void Token_PackedAndUnpacked_IsTheSame() => Prop
        .ForAll<byte, uint, uint>((kind, slot, generation) =>
        {
            var token = new OperationToken(new OperationToken(kind, slot, generation).Value);
            return token.Kind == kind
                && token.Slot == slot
                && token.Generation == (generation & OperationToken.GenerationMax);
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Token_OfAnyNumber_KeepsAllItsBits() => Prop
        .ForAll<ulong>(value =>
        {
            var token = new OperationToken(value);
            return new OperationToken(token.Kind, token.Slot, token.Generation) == token;
        })
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(byte.MaxValue, uint.MaxValue, OperationToken.GenerationMax, ulong.MaxValue)]
    [InlineData(1, 0, 0, 1ul << 56)]
    [InlineData(0, 0, 1, 1ul << 32)]
    [InlineData(0, 1, 0, 1ul)]
    public void Token_OfEachField_LiesWhereDocumented(
        byte kind, uint slot, uint generation, ulong value) =>
        Assert.Equal(value, new OperationToken(kind, slot, generation).Value);
}
