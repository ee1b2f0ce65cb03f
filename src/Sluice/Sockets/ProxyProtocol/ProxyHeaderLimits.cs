namespace Sluice.Sockets.ProxyProtocol;

/// <summary>What a header of version 2 may have; version 1 has a limit of its own.</summary>
/// <param name="BytesMax">Bytes of the whole header.</param>
/// <param name="TlvsMax">The number of TLVs.</param>
internal readonly record struct ProxyHeaderLimits(int BytesMax, int TlvsMax);
