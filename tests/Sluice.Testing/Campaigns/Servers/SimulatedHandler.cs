using System.Buffers;
using System.IO.Pipelines;

using Sluice.Sockets;
using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns.Servers;

/// <summary>
/// The program's side of one connection. It reads, keeps some, cancels, pauses and writes as its
/// seed says, and checks at each step what a pipe promises.
/// </summary>
internal sealed class SimulatedHandler(
    ServerSimulation simulation, Connection connection, SimulatedClient client)
{
    private readonly SimulationRandom _random = simulation.Random;
    private readonly int _quitAfter = simulation.Random.Between(0, Math.Max(1, client.Length));
    private Task _done = Task.CompletedTask;
    private Task _disposed = Task.CompletedTask;
    private long _position;
    private long _written;
    private long _kept;
    private bool _hasExaminedAll;
    private bool _hasFailed;

    public Connection Connection => connection;

    public SimulatedClient Client => client;

    /// <summary>Whether it has returned.</summary>
    public bool IsDone => _done.IsCompleted;

    /// <summary>What it found wrong.</summary>
    public Exception? Failure => _done.Exception?.InnerException;

    /// <summary>Whether the connection's descriptor is closed.</summary>
    public bool IsDisposed => _disposed.IsCompleted;

    public void Start() => _done = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            if (client.Handler == HandlerKind.Flood)
                await FloodAsync();
            await ReadAllAsync();
        }
        catch (OperationCanceledException) when (client.Handler == HandlerKind.Impatient)
        {
            _hasFailed = true;
        }
        catch (Exception e) when (e is IOException && !client.IsOrderly)
        {
            _hasFailed = true;
        }
        catch (Exception e) when (e is IOException && client.IsExcused)
        {
            _hasFailed = true;
        }

        if (client.IsOrderly && !client.IsExcused && _position != client.Length)
            throw new SimulationMismatch($"The handler saw {_position} bytes of {client}.");

        // Not awaited: it ends on the reactor's thread, which is this one.
        _disposed = connection.DisposeAsync().AsTask();
    }

    private async Task FloodAsync()
    {
        int written = 0;
        while (written < client.ReplyLength)
        {
            int length = Math.Min(client.ReplyLength - written, _random.Between(1, 700));
            if (simulation.LendsMemory && simulation.Choices.Chance(0.5))
                await SendOwnAsync(written, length);
            else
                Write(client.ReplyStream, written, length);
            written += length;
            if (!await FlushAsync())
                return;
            await PauseAsync();
        }
    }

    private async Task ReadAllAsync()
    {
        while (true)
        {
            if (await ReadAsync() is not { } result)
                continue;

            ReadOnlySequence<byte> buffer = result.Buffer;
            Check(in result);
            long take = ChooseLength(in result);
            ReadOnlySequence<byte> consumed = buffer.Slice(0, take);
            if (simulation.LendsMemory && client.ReplyStream == client.Id)
                await SendBackAsync(consumed);
            else
                Reply(take);

            bool flushesFirst = _random.Chance(0.3);
            if (flushesFirst && !await FlushAsync())
                return;
            await PauseAsync();
            _kept = buffer.Length - take;
            _position += take;
            _hasExaminedAll = client.Handler == HandlerKind.Requests || !_random.Chance(0.1);
            connection.Input.AdvanceTo(
                consumed.End, _hasExaminedAll ? buffer.End : consumed.End);

            if (!flushesFirst && _random.Chance(0.8) && !await FlushAsync())
                return;
            if (result.IsCompleted && _kept == 0)
                return;
            if (_position >= _quitAfter && Quit())
                return;
        }
    }

    // True if the connection is to be left to its end.
    private bool Quit()
    {
        switch (client.Handler)
        {
            case HandlerKind.Aborter:
                connection.Abort();
                return true;
            case HandlerKind.Closer:
                return true;
            case HandlerKind.Deaf:
                connection.Input.Complete();
                Write(client.ReplyStream, _position, 0);
                return true;
            default:
                return false;
        }
    }

    private async Task<ReadResult?> ReadAsync()
    {
        if (client.Handler == HandlerKind.Impatient)
            return await connection.Input.ReadAsync(simulation.Waits.CancelAfter());
        if (!_random.Chance(0.1))
            return await connection.Input.ReadAsync();

        try
        {
            return await connection.Input.ReadAsync(simulation.Waits.CancelSoon());
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Check(in ReadResult result)
    {
        long length = result.Buffer.Length;
        bool isNews = length > _kept || result.IsCompleted || result.IsCanceled;
        if (_hasExaminedAll && !isNews)
            throw new SimulationMismatch($"A read returned without news: {client}.");
        if (length < _kept)
            throw new SimulationMismatch($"Bytes that were kept are gone: {client}.");

        long position = _position;
        foreach (ReadOnlyMemory<byte> piece in result.Buffer)
        {
            Pattern.Require(piece.Span, client.Id, position);
            position += piece.Length;
        }

        if (result.IsCompleted && client.SentBeforeEnd is { } sent && position != sent)
            throw new SimulationMismatch($"The end was said at {position}: {client}.");
    }

    private long ChooseLength(in ReadResult result)
    {
        long length = result.Buffer.Length;
        if (client.Handler == HandlerKind.Requests && !result.IsCompleted)
            return client.Requests.WholeLength(_position, length);
        int keep = simulation.KeptMax == 0 ? 0 : _random.Between(0, simulation.KeptMax);
        return result.IsCompleted ? length : Math.Max(length - keep, 0);
    }

    private void Reply(long length)
    {
        int reply = client.Handler switch
        {
            HandlerKind.Flood => 0,
            HandlerKind.Requests => client.Requests.ResponsesTo(length),
            _ => (int)length,
        };
        Write(client.ReplyStream, _written, reply);
        _written += reply;
    }

    // A part by way of the pipe, and behind it the very buffers that were read. They are given back
    // when the send has ended: a kernel that reads them after that sends what it received since.
    private async Task SendBackAsync(ReadOnlySequence<byte> consumed)
    {
        bool isMixed = simulation.Choices.Chance(0.3);
        int copied = isMixed ? simulation.Choices.Between(0, (int)consumed.Length) : 0;
        Reply(copied);
        await SendAsync(consumed.Slice(copied));
        _written += consumed.Length - copied;
    }

    // Memory that is used for something else as soon as the send has ended.
    private async Task SendOwnAsync(long position, int length)
    {
        const byte Scribble = 0xEE;
        byte[] bytes = new byte[length];
        Pattern.Fill(bytes, client.ReplyStream, position);
        try
        {
            await SendAsync(new ReadOnlySequence<byte>(bytes));
        }
        finally
        {
            bytes.AsSpan().Fill(Scribble);
        }
    }

    private async Task SendAsync(ReadOnlySequence<byte> data)
    {
        ValueTask sending = client.Handler == HandlerKind.Impatient
            ? connection.SendAsync(data, simulation.Waits.CancelAfter())
            : connection.SendAsync(data);
        if (!sending.IsCompleted)
            simulation.SendsThatWaited++;
        await sending;
    }

    private void Write(int stream, long position, int length)
    {
        while (length > 0)
        {
            // A hint that the current block cannot meet makes a send of several segments.
            int hint = _random.Below(4) switch
            {
                0 => 0,
                1 => 40_000,
                _ => _random.Between(1, 4000),
            };
            Span<byte> span = connection.Output.GetSpan(hint);
            int count = Math.Min(span.Length, length);
            Pattern.Fill(span[..count], stream, position);
            connection.Output.Advance(count);
            position += count;
            length -= count;
        }
    }

    // False if the peer takes nothing more.
    private async Task<bool> FlushAsync()
    {
        FlushResult result = await connection.Output.FlushAsync();
        if (result.IsCompleted && client.IsOrderly && !client.IsExcused)
            throw new SimulationMismatch($"A flush found the connection closed: {client}.");
        return !result.IsCompleted || _hasFailed;
    }

    private Task PauseAsync() =>
        _random.Chance(0.1) ? simulation.Waits.PauseAsync() : Task.CompletedTask;
}
