using System.Collections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Sluice.AspNetCore;

/// <summary>
/// The features of one connection: those that <see cref="SluiceConnectionContext"/> implements
/// itself, and a short array of what Kestrel and middleware add. Not safe for concurrent use, as
/// every feature collection.
/// </summary>
/// <remarks>
/// Kestrel adds four features to each connection and TLS four more. An array of pairs, searched
/// in order, takes less than half of a dictionary's memory at that size and is as fast.
/// </remarks>
internal sealed class ConnectionFeatures(SluiceConnectionContext connection) : IFeatureCollection
{
    private const int TypicalCount = 4;

    private KeyValuePair<Type, object?>[] _added = [];
    private int _addedCount;

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(key);
            int index = IndexOf(key);
            return index >= 0 ? _added[index].Value : OwnFeature(key);
        }

        set
        {
            ArgumentNullException.ThrowIfNull(key);
            Revision++;
            int index = IndexOf(key);
            if (index < 0)
            {
                // A feature that is not there need not be removed.
                if (value is null && OwnFeature(key) is null)
                    return;
                if (_addedCount == _added.Length)
                    Array.Resize(ref _added, _addedCount + TypicalCount);
                index = _addedCount++;
            }

            // Null stays as an entry: it hides a feature of the connection's own.
            _added[index] = new(key, value);
        }
    }

    // Types of interfaces without a known implementation cast through object.
    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
    {
        Type[] own =
        [
            typeof(IConnectionIdFeature),
            typeof(IConnectionTransportFeature),
            typeof(IConnectionItemsFeature),
            typeof(IMemoryPoolFeature),
            typeof(IConnectionLifetimeFeature),
            typeof(IConnectionEndPointFeature),
        ];
        foreach (Type type in own)
        {
            if (IndexOf(type) < 0)
                yield return new(type, connection);
        }

        for (int i = 0; i < _addedCount; i++)
        {
            if (_added[i].Value is { } value)
                yield return new(_added[i].Key, value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(Type key)
    {
        for (int i = 0; i < _addedCount; i++)
        {
            if (_added[i].Key == key)
                return i;
        }

        return -1;
    }

    private SluiceConnectionContext? OwnFeature(Type key) =>
        key == typeof(IConnectionTransportFeature)
        || key == typeof(IConnectionLifetimeFeature)
        || key == typeof(IMemoryPoolFeature)
        || key == typeof(IConnectionIdFeature)
        || key == typeof(IConnectionItemsFeature)
        || key == typeof(IConnectionEndPointFeature)
            ? connection
            : null;
}
