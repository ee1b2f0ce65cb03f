using System.Buffers;
using System.IO.Pipelines;

namespace Sluice.Testing.Connections;

/// <summary>Shorthand for tests over pipes.</summary>
public static class PipeExtensions
{
    /// <summary>Reads and consumes until so many bytes are there.</summary>
    /// <exception cref="EndOfStreamException">The end came first.</exception>
    public static async Task<byte[]> TakeAsync(this PipeReader reader, int count)
    {
        ArgumentNullException.ThrowIfNull(reader);
        byte[] data = new byte[count];
        int taken = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync().Within();
            ReadOnlySequence<byte> part = result.Buffer.Slice(
                0, Math.Min(result.Buffer.Length, count - taken));
            part.CopyTo(data.AsSpan(taken));
            taken += (int)part.Length;
            reader.AdvanceTo(part.End);
            if (taken == count)
                return data;
            if (result.IsCompleted)
                throw new EndOfStreamException($"The end came after {taken} bytes.");
        }
    }

    /// <summary>Reads and consumes to the end.</summary>
    public static async Task<byte[]> TakeToEndAsync(this PipeReader reader)
    {
        using var data = new MemoryStream();
        await reader.CopyToAsync(data).Within();
        return data.ToArray();
    }
}
