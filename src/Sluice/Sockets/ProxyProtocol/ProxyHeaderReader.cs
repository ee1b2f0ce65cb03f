using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// Reads the header of each connection of a listener. What follows it stays in the pipe. Safe for
/// use by several threads, one for each connection.
/// </summary>
internal sealed class ProxyHeaderReader
{
    private const string NotTrusted = "its address is in no trusted network";
    private const string TooSlow = "its header took too long";
    private const string Ended = "it ended before its header did";
    private const string Stopped = "the listener stopped";

    private readonly TrustedPeers _trusted;
    private readonly ProxyHeaderLimits _limits;
    private readonly UntrustedPeerMode _untrustedPeers;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _hasWarned;

    /// <param name="options">Valid; later changes have no effect.</param>
    /// <param name="logger">Where refusals go: the first as a warning.</param>
    public ProxyHeaderReader(ProxyProtocolOptions options, ILogger logger)
    {
        _trusted = new TrustedPeers(options.TrustedNetworks, options.TrustUnixSockets);
        _limits = options.Limits;
        _untrustedPeers = options.UntrustedPeers;
        _timeout = options.HeaderTimeout;
        _time = options.TimeProvider;
        _logger = logger;
    }

    /// <summary>Reads and consumes the header, if the peer is a proxy.</summary>
    /// <param name="input">Where the connection's bytes arrive.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="local">Our end.</param>
    /// <param name="stopping">Gives up.</param>
    public ValueTask<ProxyGreeting> ReadAsync(
        PipeReader input, EndPoint? remote, EndPoint? local, CancellationToken stopping)
    {
        if (!_trusted.Contains(remote))
        {
            return new(_untrustedPeers == UntrustedPeerMode.PassThrough
                ? new ProxyGreeting(IsAccepted: true, null)
                : Refuse(remote, NotTrusted));
        }

        // The header is mostly there already: no timer then.
        if (input.TryRead(out ReadResult result)
            && TryTake(input, in result, remote, local, out ProxyGreeting greeting))
        {
            return new(greeting);
        }

        return WaitAsync(input, remote, local, stopping);
    }

    private async ValueTask<ProxyGreeting> WaitAsync(
        PipeReader input, EndPoint? remote, EndPoint? local, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token, stopping);
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(either.Token).ConfigureAwait(false);
                if (TryTake(input, in result, remote, local, out ProxyGreeting greeting))
                    return greeting;
            }
        }
        catch (OperationCanceledException)
        {
            return Refuse(remote, deadline.IsCancellationRequested ? TooSlow : Stopped);
        }
        catch (IOException)
        {
            return Refuse(remote, Ended);
        }
    }

    private bool TryTake(
        PipeReader input,
        in ReadResult result,
        EndPoint? remote,
        EndPoint? local,
        out ProxyGreeting greeting)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        ProxyHeaderParse parse = ProxyHeaderParser.Parse(in buffer, _limits);
        switch (parse.Status)
        {
            case ProxyHeaderStatus.Complete:
                // Nothing beyond the header counts as examined: the next read returns it at once.
                input.AdvanceTo(buffer.GetPosition(parse.Consumed));
                greeting = new(
                    IsAccepted: true, new ProxyProtocolFeature(parse.Header!, remote, local));
                return true;
            case ProxyHeaderStatus.Malformed:
                input.AdvanceTo(buffer.Start);
                greeting = Refuse(remote, parse.Error);
                return true;
            case ProxyHeaderStatus.NeedsMore when result.IsCompleted || result.IsCanceled:
                input.AdvanceTo(buffer.Start);
                greeting = Refuse(remote, Ended);
                return true;
            default:
                input.AdvanceTo(buffer.Start, buffer.End);
                greeting = default;
                return false;
        }
    }

    private ProxyGreeting Refuse(EndPoint? remote, ProxyHeaderError error) =>
        Refuse(remote, $"its header is malformed ({error})");

    // A warning tells the operator; a flood of them would tell nothing more.
    private ProxyGreeting Refuse(EndPoint? remote, string reason)
    {
        bool isQuiet = ReferenceEquals(reason, Ended) || ReferenceEquals(reason, Stopped);
        if (!isQuiet && Interlocked.Exchange(ref _hasWarned, 1) == 0)
            Log.ProxyRefusedFirst(_logger, remote, reason);
        else
            Log.ProxyRefused(_logger, remote, reason);
        return default;
    }
}
