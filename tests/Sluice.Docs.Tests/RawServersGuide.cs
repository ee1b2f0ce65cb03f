using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Sockets;

namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/raw-servers.md. Each region stands there word for word.</summary>
public sealed class RawServersGuide
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Lines()
    {
        await using var runtime = SluiceRuntime.Start();
        await using ConnectionServer server = await runtime.ServeAsync(AnyPort, ShoutAsync);
        EndPoint endPoint = server.EndPoint;

        #region docs: client
        await using Connection connection = await runtime.ConnectAsync(endPoint);
        await connection.Output.WriteAsync("one\ntwo\n"u8.ToArray());
        await connection.Output.CompleteAsync();    // no more from here; the answer still comes

        using var reader = new StreamReader(connection.AsStream());
        string answer = await reader.ReadToEndAsync();
        #endregion

        Assert.Equal("ONE\nTWO\n", answer);
    }

    [Fact]
    public async Task Lines_TooLong_EndTheConnection()
    {
        await using var runtime = SluiceRuntime.Start();
        await using ConnectionServer server = await runtime.ServeAsync(AnyPort, ShoutAsync);
        await using Connection connection = await runtime.ConnectAsync(server.EndPoint);

        // The reset may come while the write has yet to end.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await connection.Output.WriteAsync(new byte[10_000]);
            await connection.Input.ReadAsync();
        });
    }

    #region docs: lines
    private const int LineMax = 8 * 1024;

    private static async Task ShoutAsync(Connection connection)
    {
        while (true)
        {
            ReadResult read = await connection.Input.ReadAsync();
            ReadOnlySequence<byte> bytes = read.Buffer;

            // All lines that are here; what is written leaves together, in one send.
            while (bytes.PositionOf((byte)'\n') is { } end)
            {
                Shout(bytes.Slice(0, end), connection.Output);
                bytes = bytes.Slice(bytes.GetPosition(1, end));
            }

            // Taken up to here, looked at up to there: the next read waits for more than that.
            bool isTooLong = bytes.Length > LineMax;
            connection.Input.AdvanceTo(bytes.Start, bytes.End);
            if (isTooLong)
                throw new InvalidDataException($"A line has more than {LineMax} bytes.");

            FlushResult flush = await connection.Output.FlushAsync();
            if (read.IsCompleted || flush.IsCompleted)
                return;
        }
    }

    private static void Shout(ReadOnlySequence<byte> line, PipeWriter output)
    {
        Span<byte> room = output.GetSpan((int)line.Length + 1)[..((int)line.Length + 1)];
        line.CopyTo(room);
        Ascii.ToUpperInPlace(room[..^1], out _);
        room[^1] = (byte)'\n';
        output.Advance(room.Length);
    }
    #endregion

    [Fact]
    public async Task PassOn()
    {
        await using var runtime = SluiceRuntime.Start();
        await using ConnectionServer server = await runtime.ServeAsync(AnyPort, ShoutAsync);
        await using ConnectionServer proxy = await runtime.ServeAsync(AnyPort, async client =>
        {
            await using Connection target = await runtime.ConnectAsync(server.EndPoint);
            await Task.WhenAll(PassOnAsync(client, target), PassOnAsync(target, client));
        });
        await using Connection connection = await runtime.ConnectAsync(proxy.EndPoint);

        await connection.Output.WriteAsync("one\ntwo\n"u8.ToArray());
        await connection.Output.CompleteAsync();
        using var reader = new StreamReader(connection.AsStream());

        Assert.Equal("ONE\nTWO\n", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    #region docs: pass-on
    private static async Task PassOnAsync(Connection from, Connection to)
    {
        ReadResult read;
        do
        {
            read = await from.Input.ReadAsync();
            await to.SendAsync(read.Buffer);        // the buffers that the kernel has received into
            from.Input.AdvanceTo(read.Buffer.End);  // and only now may it use them again
        }
        while (!read.IsCompleted);

        await to.Output.CompleteAsync();            // the end is passed on, too
    }
    #endregion

    [Fact]
    public async Task Timeout()
    {
        var ended = new TaskCompletionSource<Exception>();
        await using var runtime = SluiceRuntime.Start();
        await using ConnectionServer server = await runtime.ServeAsync(AnyPort, async connection =>
        {
            try
            {
                await ReadInTimeAsync(connection, TimeSpan.FromMilliseconds(1));
            }
            catch (OperationCanceledException failure)
            {
                ended.SetResult(failure);
                throw;
            }
        });
        await using Connection silent = await runtime.ConnectAsync(server.EndPoint);

        Assert.IsType<OperationCanceledException>(
            await ended.Task.WaitAsync(Patience), exactMatch: false);
    }

    private static async Task ReadInTimeAsync(Connection connection, TimeSpan idleMax)
    {
        #region docs: timeout
        using var timeout = new CancellationTokenSource(idleMax);
        ReadResult read = await connection.Input.ReadAsync(timeout.Token);
        #endregion
        Assert.True(read.IsCompleted);
    }

    [Fact]
    public async Task Options()
    {
        #region docs: options
        var options = new SluiceOptions
        {
            ReactorCount = 2,                       // 0: one for each processor
            Scheduling = Scheduling.Inline,         // handlers never block
            ConnectionsMax = 10_000,                // further ones wait, or
            ConnectionLimitMode = ConnectionLimitMode.Refuse,   // are closed at once
            SendWatermark = 256 * 1024,             // a flush waits above this much unsent
            ReceiveWatermark = 1024 * 1024,         // the peer waits above this much unread
            ShutdownTimeout = TimeSpan.FromSeconds(20),
        };
        await using var runtime = SluiceRuntime.Start(options);
        #endregion

        await using ConnectionServer server = await runtime.ServeAsync(AnyPort, ShoutAsync);
        Assert.NotEqual(Engine.Auto, runtime.Engine);
    }

    [Fact]
    public async Task Accept()
    {
        await using var runtime = SluiceRuntime.Start();

        #region docs: accept
        await using ConnectionListener listener = await runtime.ListenAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new ListenOptions { Backlog = 128 });
        Task<Connection?> accepting = listener.AcceptAsync().AsTask();

        await using Connection here = await runtime.ConnectAsync(listener.EndPoint);
        await using Connection? there = await accepting;    // null once the listener has stopped
        #endregion

        Assert.NotNull(there);
        Assert.Equal(here.LocalEndPoint, there.RemoteEndPoint);
    }

    [Fact]
    public async Task Stop()
    {
        #region docs: stop
        var runtime = SluiceRuntime.Start();
        ConnectionServer server = await runtime.ServeAsync(AnyPort, ShoutAsync);

        // Later: no new connections, then a while for those that are open, then the end.
        await server.DisposeAsync();
        await runtime.DisposeAsync();
        #endregion

        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await runtime.ConnectAsync(server.EndPoint));
    }

    [Fact]
    public async Task Refused()
    {
        await using var runtime = SluiceRuntime.Start();
        using var nobody = new Socket(SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(AnyPort);
        EndPoint endPoint = nobody.LocalEndPoint!;
        SocketError error = SocketError.Success;

        #region docs: refused
        try
        {
            await using Connection connection = await runtime.ConnectAsync(endPoint);
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode;        // ConnectionRefused, TimedOut, …
        }
        #endregion

        Assert.Equal(SocketError.ConnectionRefused, error);
    }
}
