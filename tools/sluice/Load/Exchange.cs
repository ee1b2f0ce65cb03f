namespace Sluice.Tool.Load;

/// <summary>What each connection of a load does, over and over.</summary>
/// <param name="Opening">What is sent once, first; may be empty.</param>
/// <param name="Opened">What answers it.</param>
/// <param name="Request">What is sent each time.</param>
/// <param name="Answer">What answers it.</param>
internal sealed record Exchange(
    byte[] Opening, ExpectedAnswer Opened, byte[] Request, ExpectedAnswer Answer);
