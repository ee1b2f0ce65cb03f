using System.Runtime.Versioning;
using Sluice.Ipc;

namespace Sluice.Tool.Bench.Figures.Messages;

/// <summary>
/// A way for messages between two processes. Each message has a number, and who receives it looks
/// at the number and the length: of all of them, also of those that are timed.
/// </summary>
[SupportedOSPlatform("linux")]
internal abstract class MessageWay : IDisposable
{
    /// <summary>The length of a message in bytes.</summary>
    public const int Length = 32;

    /// <summary>
    /// So many in a call: code that is called often is compiled for good, a loop in one call would
    /// stay as it was compiled first.
    /// </summary>
    public const int Chunk = 1000;

    /// <summary>The same for messages that are answered, which take longer.</summary>
    public const int RoundTrips = 100;

    public static MessageWay Create(string contender) => contender switch
    {
        "channel" or "channel-spinning" => new ChannelWay(isSpinning: true),
        "channel-sleeping" => new ChannelWay(isSpinning: false),
        "unix-socket" => new DescriptorWay(isSocket: true),
        "pipe" => new DescriptorWay(isSocket: false),
        _ => throw new UserErrorException($"There is no way \"{contender}\" for messages."),
    };

    /// <summary>Makes it, and gives the other process its part.</summary>
    public abstract void Open(DescriptorChannel link);

    /// <summary>Takes the part of the other process.</summary>
    public abstract void Join(DescriptorChannel link);

    /// <summary>Sends <see cref="Chunk"/> messages.</summary>
    public abstract void Write();

    /// <summary>Receives and checks as many.</summary>
    public abstract void Read();

    /// <summary>
    /// Sends one, and waits for the one that comes back, <see cref="RoundTrips"/> times.
    /// </summary>
    public abstract void Ask();

    /// <summary>The other side of that.</summary>
    public abstract void Answer();

    public abstract void Dispose();

    protected static void Require(ReadOnlySpan<byte> message, ulong number)
    {
        if (message.Length != Length || BitConverter.ToUInt64(message) != number)
            throw new UserErrorException("Another message was expected.");
    }
}
