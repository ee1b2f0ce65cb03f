using System.Runtime.InteropServices;

namespace Sluice.Tool;

/// <summary>
/// Waits for Ctrl-C or SIGTERM. The first signal asks for a clean stop; a second one ends the
/// process as if nobody had listened.
/// </summary>
internal sealed class Termination : IDisposable
{
    private readonly TaskCompletionSource _requested =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Termination()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    /// <summary>Completes at the first signal.</summary>
    public Task Requested => _requested.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Handle(PosixSignalContext context) => context.Cancel = _requested.TrySetResult();
}
