namespace Sluice.Testing.Simulation.Operations;

/// <summary>The numbers of <c>send(2)</c> and <c>recv(2)</c>.</summary>
internal static class MessageMask
{
    public const uint MSG_PEEK = 0x2;
    public const uint MSG_DONTWAIT = 0x40;
    public const uint MSG_WAITALL = 0x100;
}
