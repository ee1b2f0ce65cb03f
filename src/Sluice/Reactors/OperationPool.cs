namespace Sluice.Reactors;

/// <summary>Operations to be used again. Safe for use by several threads.</summary>
internal sealed class OperationPool
{
    private const int KeptMax = 256;

    private readonly Lock _gate = new();
    private readonly Stack<ReactorOperation> _free = new();

    public ReactorOperation Rent(ReactorLoop loop)
    {
        lock (_gate)
        {
            if (_free.TryPop(out ReactorOperation? operation))
                return operation;
        }

        return new ReactorOperation(loop, this);
    }

    public void Return(ReactorOperation operation)
    {
        lock (_gate)
        {
            if (_free.Count < KeptMax)
                _free.Push(operation);
        }
    }
}
