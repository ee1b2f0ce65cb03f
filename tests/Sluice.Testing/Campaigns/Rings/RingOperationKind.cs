namespace Sluice.Testing.Campaigns.Rings;

/// <summary>What a submission of the <see cref="RingSimulation"/> asks for.</summary>
internal enum RingOperationKind
{
    Accept,
    Receive,
    Send,
    Nop,
    Timeout,
    Poll,
    Cancel,
    Message,
}
