using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Sluice.Sockets;

namespace HttpSample;

/// <summary>Answers the requests of one connection.</summary>
internal static class HttpHandler
{
    /// <summary>How long a peer may take to send a whole request.</summary>
    private static readonly TimeSpan RequestTimeMax = TimeSpan.FromSeconds(30);

    /// <summary>Runs until the peer is done, goes wrong, or takes too long.</summary>
    public static async Task RunAsync(Connection connection)
    {
        using var timeout = new CancellationTokenSource(RequestTimeMax);
        try
        {
            while (await AnswerAsync(connection, timeout.Token))
                timeout.CancelAfter(RequestTimeMax);

            // Our side ends here. What the peer still sends is read, because closing over unread
            // bytes would reset the connection, and the last answer could be lost with it.
            await connection.Output.CompleteAsync();
            ReadResult read;
            do
            {
                read = await connection.Input.ReadAsync(timeout.Token);
                connection.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
        }
        catch (IOException)
        {
            // The peer has gone; nobody is left to tell.
        }
    }

    // Answers all requests that have arrived, which may be many (pipelining) or none yet, and
    // sends the answers together. False: there will be no more.
    private static async Task<bool> AnswerAsync(Connection connection, CancellationToken timeout)
    {
        ReadResult read = await connection.Input.ReadAsync(timeout);
        ReadOnlySequence<byte> bytes = read.Buffer;
        bool goesOn = true;
        int status = HttpParser.Complete;
        while (goesOn && status == HttpParser.Complete)
        {
            status = HttpParser.Take(ref bytes, out HttpRequest request);
            if (status == HttpParser.Complete)
                goesOn = Answer(connection.Output, request);
            else if (status != HttpParser.Incomplete)
                goesOn = Write(connection.Output, status, default, keepsAlive: false);
        }

        // What was not taken is kept, and looked at again when there is more of it.
        connection.Input.AdvanceTo(bytes.Start, read.Buffer.End);
        FlushResult flush = await connection.Output.FlushAsync(timeout);
        return goesOn && !read.IsCompleted && !flush.IsCompleted;
    }

    private static bool Answer(PipeWriter output, HttpRequest request) => request switch
    {
        { Method: "GET", Target: "/" } =>
            Write(output, 200, new("Hello from scratch.\n"u8.ToArray()), request.KeepsAlive),
        { Method: "POST", Target: "/echo" } =>
            Write(output, 200, request.Body, request.KeepsAlive),
        { Target: "/" or "/echo" } => Write(output, 405, default, request.KeepsAlive),
        _ => Write(output, 404, default, request.KeepsAlive),
    };

    private static bool Write(
        PipeWriter output, int status, ReadOnlySequence<byte> body, bool keepsAlive)
    {
        string head = $"HTTP/1.1 {status} {ReasonOf(status)}\r\nContent-Length: {body.Length}\r\n"
            + $"Connection: {(keepsAlive ? "keep-alive" : "close")}\r\n\r\n";
        Encoding.ASCII.GetBytes(head, output);
        foreach (ReadOnlyMemory<byte> piece in body)
            output.Write(piece.Span);
        return keepsAlive;
    }

    private static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "HTTP Version Not Supported",
    };
}
