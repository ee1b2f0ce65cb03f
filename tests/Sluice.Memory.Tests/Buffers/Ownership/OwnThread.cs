using System.Runtime.ExceptionServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Runs a test on a new thread: what a thread keeps for itself is empty there.</summary>
internal static class OwnThread
{
    public static void Run(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
