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
            await Task.WhenAll(PassOnAsync(client, server), PassOnAsync(server, client));
    }

    /// <summary>Passes one direction on until its end, which is passed on, too.</summary>
    /// <remarks>
    /// Nothing is copied: what is sent are the buffers that the kernel has received into, and they
    /// are given back when the other socket has taken them. Back-pressure needs no code: a slow
    /// receiver lets the send wait, then nothing is read, and the sender's window closes.
    /// </remarks>
    private static async Task PassOnAsync(Connection from, Connection to)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await from.Input.ReadAsync();
                await to.SendAsync(read.Buffer);
                from.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);

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
