namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// What a proxy adds to the addresses: a type and a value. Only version 2 has them.
/// </summary>
/// <param name="Type">
/// One of <see cref="ProxyTlvType"/>, or another that the proxy and the server agree on.
/// </param>
/// <param name="Value">The bytes, a copy of their own: they stay valid.</param>
public readonly record struct ProxyTlv(ProxyTlvType Type, ReadOnlyMemory<byte> Value);
