namespace Sluice.Memory.Tests.IoVectors.Schedules;

/// <summary>Lets the schedule decide at each step which thread goes on.</summary>
internal readonly struct Scheduled : IInterleaving
{
    [ThreadStatic]
    private static ScheduleRunner? _runner;

    [ThreadStatic]
    private static int _thread;

    public static void Enter(ScheduleRunner runner, int thread)
    {
        _runner = runner;
        _thread = thread;
    }

    public static void Step() => _runner?.Step(_thread);
}
