using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Tool.Serving.PriorKnowledge;

/// <summary>
/// Tells HTTP/1.1 and HTTP/2 without TLS apart on one port, which Kestrel does not: a client
/// that knows that the server speaks HTTP/2 begins with a fixed preface (RFC 9113, section 3.4).
/// </summary>
/// <remarks>
/// The first bytes of a connection are looked at, not taken. After that the connection runs as
/// if this had not been there: nothing is added to a request.
/// </remarks>
internal sealed class PrefaceMiddleware(
    ConnectionDelegate httpOne, HttpTwoEndPoint httpTwo, TimeSpan patience)
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    // One method and few locals: its state is kept for as long as the connection lives.
    public async Task RunAsync(ConnectionContext connection)
    {
        FirstBytesWait wait = FirstBytesWait.Begin(connection, patience);
        bool? isHttpTwo = null;
        try
        {
            while (isHttpTwo is null)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                isHttpTwo = Look(connection.Transport.Input, in read);
                if (isHttpTwo is null && read.IsCanceled)
                    return;
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return;
        }

        if (wait.TryEnd())
            await (isHttpTwo.Value ? httpTwo.RunAsync(connection) : httpOne(connection));
    }

    /// <summary>Whether some bytes are, or may become, the preface. Null: more must come.</summary>
    internal static bool? Matches(in ReadOnlySequence<byte> bytes)
    {
        ReadOnlySequence<byte> start = bytes.Slice(0, Math.Min(bytes.Length, Preface.Length));
        Span<byte> copy = stackalloc byte[(int)start.Length];
        start.CopyTo(copy);
        if (!Preface.StartsWith(copy))
            return false;
        return copy.Length == Preface.Length ? true : null;
    }

    // The bytes stay for whom they are meant for; they are examined if more must come.
    private static bool? Look(PipeReader input, in ReadResult read)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        bool? isHttpTwo = Matches(buffer);
        if (isHttpTwo is null && read.IsCompleted)
            isHttpTwo = false;
        input.AdvanceTo(buffer.Start, isHttpTwo is null ? buffer.End : buffer.Start);
        return isHttpTwo;
    }
}
