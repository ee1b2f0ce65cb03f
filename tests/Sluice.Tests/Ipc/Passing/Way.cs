namespace Sluice.Tests.Ipc.Passing;

/// <summary>How an end of a channel works: the wait of a thread, or a ring.</summary>
public enum Way
{
    Thread,
    Ring,
}
