using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// The resources of one reactor by slot. A slot's generation changes when it is freed, so that a
/// token of its former user finds nothing.
/// </summary>
internal sealed class SlotTable
{
    private const int InitialSlots = 64;

    private ReactorResource?[] _resources = new ReactorResource?[InitialSlots];
    private uint[] _generations = new uint[InitialSlots];
    private uint[] _free = new uint[InitialSlots];
    private int _freeCount;
    private uint _used;

    /// <summary>The number of resources.</summary>
    public int Count => (int)_used - _freeCount;

    /// <summary>All resources, and null where a slot is free.</summary>
    public ReadOnlySpan<ReactorResource?> Used => _resources.AsSpan(0, (int)_used);

    public void Add(ReactorResource resource)
    {
        uint slot = _freeCount > 0 ? _free[--_freeCount] : TakeNew();
        _resources[slot] = resource;
        resource.Slot = slot;
        resource.Generation = _generations[slot];
    }

    public void Remove(ReactorResource resource)
    {
        Invariant.Require(ReferenceEquals(_resources[resource.Slot], resource));
        Invariant.Require(resource.InFlight == 0);

        uint slot = resource.Slot;
        _resources[slot] = null;
        _generations[slot] = (_generations[slot] + 1) & OperationToken.GenerationMax;
        _free[_freeCount++] = slot;
    }

    /// <summary>The resource that a token means, or null if it is gone.</summary>
    public ReactorResource? Find(OperationToken token)
    {
        ReactorResource?[] resources = _resources;
        uint slot = token.Slot;
        if (slot >= (uint)resources.Length)
            return null;

        ReactorResource? resource = resources[slot];
        return resource is not null && resource.Generation == token.Generation ? resource : null;
    }

    private uint TakeNew()
    {
        if (_used == _resources.Length)
        {
            int length = _resources.Length * 2;
            Array.Resize(ref _resources, length);
            Array.Resize(ref _generations, length);
            Array.Resize(ref _free, length);
        }

        return _used++;
    }
}
