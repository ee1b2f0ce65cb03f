namespace Sluice.Testing.Simulation;

/// <summary>The kinds of faults; each is described where its probability is.</summary>
internal enum SimulationFault
{
    Delay,
    ShortReceive,
    ShortSend,
    InterruptSend,
    EndMultishot,
    EndMultishotEmpty,
    MissReset,
    EnterInterrupted,
    EnterAgain,
    EnterBusy,
    PartialSubmit,
    CancelTooLate,
    CancelAlready,
    BufferOnError,
    NotificationOnError,
    LateNotification,
    NoDescriptors,
    ConnectRefused,
    TimeFirst,
    NoMemory,
}
