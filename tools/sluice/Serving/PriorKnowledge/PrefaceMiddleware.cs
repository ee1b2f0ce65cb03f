using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

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

    public async Task RunAsync(ConnectionContext connection)
    {
        if (await IsHttpTwoAsync(connection) is not { } isHttpTwo)
            return;
        if (isHttpTwo)
            await httpTwo.RunAsync(connection);
        else
            await httpOne(connection);
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

    // Null: the client left, or said nothing for as long as Kestrel keeps an idle connection, or
    // until the server stops.
    private async Task<bool?> IsHttpTwoAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        CancellationToken stopped = connection.Features
            .Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        timeout.CancelAfter(patience);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(timeout.Token);
                ReadOnlySequence<byte> buffer = read.Buffer;
                bool? isHttpTwo = Matches(buffer);
                if (isHttpTwo is null && read.IsCompleted)
                    isHttpTwo = false;
                input.AdvanceTo(
                    buffer.Start, isHttpTwo is null ? buffer.End : buffer.Start);
                if (isHttpTwo is not null)
                    return isHttpTwo;
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
