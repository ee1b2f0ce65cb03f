namespace Sluice.Testing.Connections;

/// <summary>
/// A bound on waiting for an event: reaching it is a failure, never the expected course.
/// </summary>
public static class Patience
{
    /// <summary>Long enough for a machine that is busy with other things.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the task, and fails if it takes forever.</summary>
    public static Task Within(this Task task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Within(Task)"/>
    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Within(Task)"/>
    public static Task Within(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    /// <inheritdoc cref="Within(Task)"/>
    public static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Waits until the token is cancelled.</summary>
    public static async Task Cancelled(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration =
            token.Register(() => cancelled.TrySetResult());
        await cancelled.Task.Within();
    }
}
