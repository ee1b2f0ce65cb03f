using System.Runtime.CompilerServices;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Tests.Reactors;

public sealed class SlotTableTests
{
    private readonly SlotTable _slots = new();

    [Fact]
    public void Add_MoreThanTheTableHolds_KeepsThoseBefore()
    {
        Resource[] resources = AddMany(200);

        Assert.Equal(200, _slots.Count);
        Assert.Equal(200, resources.Select(r => r.Slot).Distinct().Count());
        Assert.All(resources, r => Assert.Same(r, _slots.Find(r.TokenOf(7))));
    }

    [Fact]
    public void Add_AfterRemove_TakesTheSlotThatWasFreedLast()
    {
        Resource[] resources = AddMany(3);
        _slots.Remove(resources[0]);
        _slots.Remove(resources[2]);
        Assert.Equal(1, _slots.Count);

        Resource[] again = AddMany(3);

        Assert.Equal([2u, 0u, 3u], again.Select(r => r.Slot));
        Assert.Equal(4, _slots.Count);
    }

    [Fact]
    public void Remove_AllOfAGrownTable_FreesEachSlot()
    {
        foreach (Resource resource in AddMany(200))
            _slots.Remove(resource);

        Assert.Equal(0, _slots.Count);
        Assert.Equal(200, AddMany(200).Select(r => r.Slot).Distinct().Count());
    }

    [Fact]
    [Trait("pitfall", "4")]
    public void Find_TokenOfAFormerUser_FindsNothing()
    {
        Resource former = AddMany(1)[0];
        OperationToken token = former.TokenOf(1);
        _slots.Remove(former);
        Assert.Null(_slots.Find(token));

        Resource successor = AddMany(1)[0];

        Assert.Equal(former.Slot, successor.Slot);
        Assert.Null(_slots.Find(token));
        Assert.Same(successor, _slots.Find(successor.TokenOf(1)));
    }

    [Fact]
    [Trait("pitfall", "4")]
    public void Find_AfterTheLastGeneration_FindsTheOneOfTheFirst()
    {
        GenerationsOf(_slots)[0] = OperationToken.GenerationMax;
        Resource last = AddMany(1)[0];
        Assert.Same(last, _slots.Find(last.TokenOf(1)));

        _slots.Remove(last);
        Resource first = AddMany(1)[0];

        Assert.Equal(0u, first.Generation);
        Assert.Same(first, _slots.Find(first.TokenOf(1)));
        Assert.Null(_slots.Find(last.TokenOf(1)));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(64u)]
    [InlineData(uint.MaxValue)]
    public void Find_SlotThatNobodyHas_FindsNothing(uint slot)
    {
        _ = AddMany(1);

        Assert.Null(_slots.Find(new OperationToken(1, slot, 0)));
    }

    // Sixteen million users of a slot take too long.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_generations")]
    private static extern ref uint[] GenerationsOf(SlotTable slots);

    private Resource[] AddMany(int count)
    {
        Resource[] resources = [.. Enumerable.Range(0, count).Select(_ => new Resource())];
        foreach (Resource resource in resources)
            _slots.Add(resource);
        return resources;
    }

    private sealed class Resource() : ReactorResource(null!)
    {
        public OperationToken TokenOf(byte kind) => Token((OperationKind)kind);

        internal override void Run()
        {
        }

        internal override bool TryPrepare() => true;

        internal override void OnCompletion(OperationKind kind, in Completion completion)
        {
        }
    }
}
