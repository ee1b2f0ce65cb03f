using Sluice.Fuzz.Engine;

namespace Sluice.Fuzz.Toys;

/// <summary>Shows that the feedback leads somewhere.</summary>
internal sealed class NestedToyTarget : FuzzTarget
{
    public override string Name => "toy";

    public override IEnumerable<byte[]> Seeds() => [new byte[8]];

    public override byte[] Reshape(byte[] input, FuzzRandom random) => input;

    public override void Run(ReadOnlySpan<byte> input, Features features) =>
        _ = NestedToy.Parse(input);
}
