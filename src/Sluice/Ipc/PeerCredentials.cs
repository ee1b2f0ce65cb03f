namespace Sluice.Ipc;

/// <summary>
/// Who was at the other end when it connected; told by the kernel, not by the peer.
/// </summary>
/// <param name="ProcessId">
/// The process. The number may be another process's by now;
/// <see cref="DescriptorChannel.OpenPeerProcess"/> gives a descriptor that never is.
/// </param>
/// <param name="UserId">Its effective user.</param>
/// <param name="GroupId">Its effective group.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
