namespace Sluice.Tool.Bench;

/// <summary>Signals, by their numbers on Linux.</summary>
internal enum ProcessSignal
{
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
