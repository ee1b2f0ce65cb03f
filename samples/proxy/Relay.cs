using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice;
using Sluice.Sockets;

namespace ProxySample;

/// <summary>Joins a client to a server.</summary>
internal static class Relay
{
    public static async Task RunAsync(SluiceRuntime runtime, Connection client, EndPoint target)
    {
        Connection server;
        try
        {
            server = await runtime.ConnectAsync(target, cancellationToken: client.Closed);
        }
        catch (Exception failure)
            when (failure is SocketException or IOException or OperationCanceledException)
        {
            // The client learns of it as it would from the server: by a reset.
            client.Abort(failure);
            return;
        }

        // Each direction ends by itself; disposing closes what is left of both.
        await using (server)
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
    }

    /// <summary>Copies one direction until its end, which is passed on, too.</summary>
    /// <remarks>
    /// The only copy is that from the buffer which the kernel has filled to the one that it will
    /// send from; no byte waits in a buffer of the proxy's own. Back-pressure needs no code: a slow
    /// receiver lets the flush wait, then nothing is read, and the sender's window closes.
    /// </remarks>
    private static async Task CopyAsync(Connection from, Connection to)
    {
        try
        {
            ReadResult read;
            FlushResult flush;
            do
            {
                read = await from.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                    to.Output.Write(piece.Span);
                from.Input.AdvanceTo(read.Buffer.End);
                flush = await to.Output.FlushAsync();
            }
            while (!read.IsCompleted && !flush.IsCompleted);

            // Half-close: the other direction may still have much to say.
            await to.Output.CompleteAsync();
        }
        catch (IOException failure)
        {
            // One side failed: the other one is to know that this is not a regular end.
            from.Abort(failure);
            to.Abort(failure);
        }
    }
}
