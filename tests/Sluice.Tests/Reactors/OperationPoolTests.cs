using System.Runtime.CompilerServices;
using Sluice.Reactors;

namespace Sluice.Tests.Reactors;

public sealed class OperationPoolTests
{
    private const int KeptMax = 256;

    private readonly OperationPool _pool = new();
    private readonly ReactorLoop _loop =
        (ReactorLoop)RuntimeHelpers.GetUninitializedObject(typeof(ReactorLoop));

    [Fact]
    public void Rent_AfterReturn_GivesTheOneThatCameBackLast()
    {
        ReactorOperation first = _pool.Rent(_loop);
        ReactorOperation second = _pool.Rent(_loop);
        Assert.NotSame(first, second);
        _pool.Return(first);
        _pool.Return(second);

        Assert.Same(second, _pool.Rent(_loop));
        Assert.Same(first, _pool.Rent(_loop));
        Assert.NotSame(first, _pool.Rent(_loop));
    }

    [Fact]
    public void Return_MoreThanAreKept_KeepsNoMore()
    {
        ReactorOperation[] operations =
            [.. Enumerable.Range(0, KeptMax + 2).Select(_ => _pool.Rent(_loop))];
        foreach (ReactorOperation operation in operations)
            _pool.Return(operation);

        ReactorOperation[] again =
            [.. Enumerable.Range(0, KeptMax + 2).Select(_ => _pool.Rent(_loop))];

        Assert.Equal(KeptMax, again.Intersect(operations).Count());
    }
}
