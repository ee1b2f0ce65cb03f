namespace Sluice.AspNetCore.Tests;

/// <summary>
/// What a handler tells its test. The test goes on elsewhere: under <see cref="Scheduling.Inline"/>
/// the handler has the reactor's thread, and a test that disposed of its server there would
/// wait for itself.
/// </summary>
internal static class Signal
{
    public static TaskCompletionSource Create() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TaskCompletionSource<T> Create<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
