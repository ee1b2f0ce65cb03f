using System.Runtime.InteropServices;

namespace Sluice.Ipc;

/// <summary>Descriptors that nobody can close while they are being sent.</summary>
internal sealed class HeldDescriptors : IDisposable
{
    private readonly SafeHandle[] _handles;
    private int[] _numbers;
    private int _heldCount;

    public HeldDescriptors(ReadOnlySpan<SafeHandle> handles)
    {
        _handles = handles.ToArray();
        _numbers = new int[handles.Length];
        try
        {
            for (int i = 0; i < _handles.Length; i++)
            {
                bool isHeld = false;
                _handles[i].DangerousAddRef(ref isHeld);
                _heldCount++;
                _numbers[i] = (int)_handles[i].DangerousGetHandle();
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Their numbers; none once they were released.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>They were sent. Any number of times.</summary>
    public void Release()
    {
        _numbers = [];
        while (_heldCount > 0)
            _handles[--_heldCount].DangerousRelease();
    }

    public void Dispose() => Release();
}
