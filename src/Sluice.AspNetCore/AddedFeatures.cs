using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.AspNetCore;

/// <summary>
/// The features that Kestrel and middleware add to those that a connection is itself, or put in
/// their place. Not safe for concurrent use, as every feature collection.
/// </summary>
/// <remarks>
/// Kestrel adds four features to each connection and TLS four more. Pairs, searched in order, take
/// less than half of a dictionary's memory at that size and are as fast. They are a part of the
/// connection's object, the first four of them without an array of their own.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct AddedFeatures
{
    private const int FewCount = 4;

    private Few _few;
    private KeyValuePair<Type, object?>[]? _more;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>How often they have changed.</summary>
    public int Revision { get; private set; }

    /// <summary>In the order in which they came; null for one that was taken away.</summary>
    public readonly KeyValuePair<Type, object?> this[int index] =>
        index < FewCount ? _few[index] : _more![index - FewCount];

    /// <summary>Whether there is an entry; it is null if the feature was taken away.</summary>
    public readonly bool TryGet(Type key, out object? feature)
    {
        int index = IndexOf(key);
        feature = index < 0 ? null : this[index].Value;
        return index >= 0;
    }

    /// <summary>Adds or replaces.</summary>
    /// <param name="key">The type that it is asked for by.</param>
    /// <param name="feature">Null hides a feature of the connection's own.</param>
    /// <param name="isOwn">Whether there is such a one.</param>
    public void Set(Type key, object? feature, bool isOwn)
    {
        Revision++;
        int index = IndexOf(key);
        if (index < 0)
        {
            // A feature that is not there need not be removed.
            if (feature is null && !isOwn)
                return;
            index = Count++;
        }

        if (index < FewCount)
        {
            _few[index] = new(key, feature);
            return;
        }

        index -= FewCount;
        if (index >= (_more?.Length ?? 0))
            Array.Resize(ref _more, index + FewCount);
        _more![index] = new(key, feature);
    }

    private readonly int IndexOf(Type key)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i].Key == key)
                return i;
        }

        return -1;
    }

    [InlineArray(FewCount)]
    private struct Few
    {
        private KeyValuePair<Type, object?> _first;
    }
}
