namespace Sluice.Ipc.Channels;

/// <summary>What a reader of a broadcast got.</summary>
/// <param name="Length">Bytes of the message.</param>
/// <param name="Number">Its number; the first message of the broadcast has 0.</param>
/// <param name="LostBefore">
/// How many messages were lost right before it, because this reader was too slow.
/// </param>
public readonly record struct SharedBroadcastMessage(int Length, long Number, long LostBefore);
