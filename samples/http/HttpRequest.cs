using System.Buffers;

namespace HttpSample;

/// <summary>A request whose body still lies in the buffers that the kernel filled.</summary>
internal readonly record struct HttpRequest(
    string Method, string Target, bool KeepsAlive, ReadOnlySequence<byte> Body);
