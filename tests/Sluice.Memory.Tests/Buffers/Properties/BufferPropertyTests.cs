using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>
/// Whatever is done to a buffer of any kind, in whatever order, it does what the model does.
/// </summary>
/// <remarks>
/// A failure is shrunk and printed with its seed: "Replay directly at failing step with
/// (seed,gamma,size)". <c>SLUICE_BUFFER_SEED=seed,gamma</c> runs that sequence first.
/// </remarks>
public sealed class BufferPropertyTests
{
    private const string SeedVariable = "SLUICE_BUFFER_SEED";
    private const int StepsMax = 20;
    private const int SizeMax = 40;

    private static readonly bool[] s_slicesKeepMemory =
        [.. Enum.GetValues<BufferKind>().Select(SlicesKeepMemory)];

    private static readonly int[] s_extremes =
        [int.MinValue, int.MaxValue, int.MaxValue - 1, int.MaxValue - 3, 1 << 30, 300, -8];

    [Fact]
    public void Sequences_Short_DoWhatTheModelDoes() => Run(1_000);

    [Fact]
    [Trait("size", "campaign")]
    public void Sequences_HundredThousand_DoWhatTheModelDoes() => Run(100_000);

    private static void Run(int count)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count)
            .WithEndSize(StepsMax).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable(SeedVariable) is { } text)
        {
            ulong[] seed = [.. text.Split(',').Select(part =>
                ulong.Parse(part, CultureInfo.InvariantCulture))];
            config = config.WithReplay(FSharpOption<Replay>.Some(
                new Replay(new Rnd(seed[0], seed[1]), FSharpOption<int>.None)));
        }

        Prop.ForAll(Arb.From(Sequences(), Shrink), Holds).Check(config);
    }

    private static bool Holds(Sequence sequence)
    {
        string? wrong = BufferRun.Execute(
            sequence.Kind,
            sequence.Size,
            s_slicesKeepMemory[(int)sequence.Kind],
            sequence.Steps);
        return wrong is null ? true : throw new InvalidOperationException(wrong);
    }

    private static Gen<Sequence> Sequences() =>
        from kind in Gen.Choose(0, s_slicesKeepMemory.Length - 1)
        from size in Gen.Choose(0, SizeMax)
        from count in Gen.Choose(1, StepsMax)
        from steps in Steps().ArrayOf(count)
        select new Sequence((BufferKind)kind, size, steps);

    private static Gen<Step> Steps() =>
        from operation in Gen.Choose(0, Operations.Count - 1)
        from buffer in Gen.Choose(0, 3)
        from a in Numbers()
        from b in Numbers()
        select new Step(operation, buffer, a, b);

    // Mostly numbers that fit, some at the borders, and those whose sums wrap.
    private static Gen<int> Numbers() => Gen.Frequency(
        (12, Gen.Choose(0, 12)), (3, Gen.Choose(-2, SizeMax + 2)), (1, Gen.Elements(s_extremes)));

    private static IEnumerable<Sequence> Shrink(Sequence sequence) =>
        Enumerable.Range(0, sequence.Steps.Length).Select(index => sequence with
        {
            Steps = [.. sequence.Steps.Where((_, i) => i != index)],
        });

    /// <summary>Slices of pooled memory outlive their buffer; others end with it.</summary>
    private static bool SlicesKeepMemory(BufferKind kind)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        using PlatformBuffer slice = buffer.Slice();
        buffer.Dispose();
        try
        {
            return slice.Capacity == 8;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed record Sequence(BufferKind Kind, int Size, Step[] Steps)
    {
        public override string ToString() =>
            $"{Kind} of {Size} bytes: {string.Join("; ", Steps)}";
    }
}
