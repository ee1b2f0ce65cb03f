using System.Buffers;

namespace Sluice.AspNetCore;

/// <summary>What all connections of a transport share.</summary>
/// <param name="Ids">Names connections.</param>
/// <param name="MemoryPool">
/// Where Kestrel takes memory for what it buffers itself (TLS records, HTTP/2 frames). The bytes
/// of the transport are not in it. Owned by the factory.
/// </param>
internal sealed record ConnectionServices(ConnectionIdGenerator Ids, MemoryPool<byte> MemoryPool);
