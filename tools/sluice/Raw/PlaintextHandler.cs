using System.Buffers;
using System.IO.Pipelines;
using Sluice.Sockets;

namespace Sluice.Tool.Raw;

/// <summary>
/// Answers every request of a connection with the same 13 bytes of text, pipelined requests too.
/// It looks for the ends of requests only: the work of the plain C server that is the limit of
/// what any server can reach.
/// </summary>
internal static class PlaintextHandler
{
    private const int ResponsesPerCopy = 32;

    // Pipelined requests are answered by one copy.
    private static readonly byte[] Responses = Repeat(Response, ResponsesPerCopy);

    internal static ReadOnlySpan<byte> Response =>
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!"u8;

    /// <summary>Runs until the peer has closed its side.</summary>
    public static async Task RunAsync(Connection connection)
    {
        PipeReader input = connection.Input;
        PipeWriter output = connection.Output;
        var counter = default(RequestCounter);
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = read.Buffer;
            int requests = counter.Count(buffer);
            input.AdvanceTo(buffer.End);
            if (requests > 0)
            {
                Write(output, requests);
                FlushResult flush = await output.FlushAsync();
                if (flush.IsCompleted)
                    return;
            }

            if (read.IsCompleted)
                return;
        }
    }

    private static void Write(PipeWriter output, int responses)
    {
        while (responses > 0)
        {
            int length = Math.Min(responses, ResponsesPerCopy) * Response.Length;
            Responses.AsSpan(0, length).CopyTo(output.GetSpan(length));
            output.Advance(length);
            responses -= ResponsesPerCopy;
        }
    }

    private static byte[] Repeat(ReadOnlySpan<byte> bytes, int count)
    {
        byte[] all = new byte[bytes.Length * count];
        for (int i = 0; i < count; i++)
            bytes.CopyTo(all.AsSpan(i * bytes.Length));
        return all;
    }
}
