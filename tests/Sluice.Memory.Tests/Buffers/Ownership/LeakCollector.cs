using System.Collections.Concurrent;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>The leaks that are told of until it is disposed.</summary>
internal sealed class LeakCollector : IDisposable
{
    private readonly ConcurrentQueue<BufferLeakEventArgs> _leaks = new();

    public LeakCollector() => BufferLeaks.Found += OnFound;

    public IEnumerable<BufferLeakEventArgs> All => _leaks;

    public IEnumerable<BufferLeakEventArgs> OfSize(nuint size) =>
        _leaks.Where(leak => leak.Size == size);

    public void Dispose() => BufferLeaks.Found -= OnFound;

    private void OnFound(object? sender, BufferLeakEventArgs leak) => _leaks.Enqueue(leak);
}
