namespace Sluice.Testing.Simulation.Files;

/// <summary>The numbers of <c>poll(2)</c>.</summary>
internal static class PollMask
{
    public const uint POLLIN = 0x1;
    public const uint POLLOUT = 0x4;
    public const uint POLLERR = 0x8;
    public const uint POLLHUP = 0x10;
    public const uint POLLRDHUP = 0x2000;

    /// <summary>Reported whether asked for or not.</summary>
    public const uint Always = POLLERR | POLLHUP | POLLRDHUP;
}
