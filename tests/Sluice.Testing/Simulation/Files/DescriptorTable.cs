using Sluice.Uring;

namespace Sluice.Testing.Simulation.Files;

/// <summary>
/// The descriptors of the simulated process. As POSIX wants it, a new one gets the lowest free
/// number, so that the number of a connection that was just closed is the next one's.
/// </summary>
internal sealed class DescriptorTable
{
    // 0 to 2 are taken, as in any process.
    private const int First = 3;

    private readonly List<SimulatedFile?> _files = [];

    /// <summary>How many descriptors there may be; beyond it is <c>-EMFILE</c>.</summary>
    public int Limit { get; set; } = 1024;

    /// <summary>Descriptors that are open.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count >= Limit;

    /// <summary>Opens a descriptor: its number, or <c>-EMFILE</c>.</summary>
    public int Open(SimulatedFile file)
    {
        if (IsFull)
            return -(int)Errno.EMFILE;

        int index = _files.IndexOf(null);
        if (index < 0)
        {
            index = _files.Count;
            _files.Add(null);
        }

        _files[index] = file;
        file.Acquire();
        Count++;
        return First + index;
    }

    public SimulatedFile? Find(int fd)
    {
        int index = fd - First;
        return (uint)index < (uint)_files.Count ? _files[index] : null;
    }

    public T? Find<T>(int fd)
        where T : SimulatedFile => Find(fd) as T;

    /// <summary>Takes the number away and drops its reference.</summary>
    public int Close(int fd)
    {
        if (Find(fd) is not { } file)
            return -(int)Errno.EBADF;

        _files[fd - First] = null;
        Count--;
        file.Release();
        return 0;
    }
}
