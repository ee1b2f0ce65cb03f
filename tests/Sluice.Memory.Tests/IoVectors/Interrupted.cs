namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Lets something else happen at one step of an operation.</summary>
internal readonly struct Interrupted : IInterleaving
{
    [ThreadStatic]
    private static Action? _other;

    [ThreadStatic]
    private static int _at;

    [ThreadStatic]
    private static int _steps;

    /// <summary>Runs an operation, and the other one at its step of that number.</summary>
    /// <returns>How many steps the operation had.</returns>
    public static int Run(Action operation, int at = 0, Action? other = null)
    {
        _other = other;
        _at = at;
        _steps = 0;
        try
        {
            operation();
            return _steps;
        }
        finally
        {
            _other = null;
            _at = 0;
        }
    }

    public static void Step()
    {
        if (++_steps == _at)
            _other!();
    }
}
