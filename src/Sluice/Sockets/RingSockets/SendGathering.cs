namespace Sluice.Sockets.RingSockets;

/// <summary>
/// Which flushes of threads that run no turn of the connection leave together, in a turn that is
/// asked for, instead of each by a system call of its own.
/// </summary>
/// <remarks>
/// With HTTP/2, say, each response is such a flush. To gather costs a hop to where turns run, so
/// it must pay: some flushes are sent at once, then one asks for a turn, and if that turn found no
/// second one, as many are sent at once again. The default value is not for use.
/// </remarks>
internal struct SendGathering
{
    private const int AtOnceMax = 32;

    private int _atOnceLeft;
    private int _count;

    public SendGathering() => _atOnceLeft = AtOnceMax;

    /// <summary>Whether a flush is left to a turn; else it is to be sent at once.</summary>
    /// <param name="isFirst">Whether the turn is to be asked for.</param>
    public bool TryAdd(out bool isFirst)
    {
        isFirst = false;
        if (_atOnceLeft > 0)
        {
            _atOnceLeft--;
            return false;
        }

        isFirst = _count++ == 0;
        return true;
    }

    /// <summary>All that was left to a turn is sent now, by whomever.</summary>
    public void End()
    {
        if (_count == 1)
            _atOnceLeft = AtOnceMax;
        _count = 0;
    }
}
