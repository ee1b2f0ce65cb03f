using System.Buffers;

namespace Sluice.Memory;

/// <summary>One reference, as something that is disposed of.</summary>
internal sealed class IoMemoryOwner(IoVector vector) : IMemoryOwner<byte>
{
    private IoVector _vector = vector;
    private int _isDisposed;

    public Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _vector.Memory;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _vector.Release();
    }
}
