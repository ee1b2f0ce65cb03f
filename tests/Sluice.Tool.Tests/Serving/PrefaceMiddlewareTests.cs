using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sluice.Tool.Serving.PriorKnowledge;

namespace Sluice.Tool.Tests.Serving;

public class PrefaceMiddlewareTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("", null)]
    [InlineData("P", null)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", null)]
    [InlineData(Preface, true)]
    [InlineData(Preface + "more", true)]
    [InlineData("PUT /", false)]
    [InlineData("PRI * HTTP/2.1\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n", false)]
    public void Matches_FirstBytes_AreToldApart(string bytes, bool? expected) =>
        Assert.Equal(
            expected,
            PrefaceMiddleware.Matches(
                new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(bytes))));

    [Theory]
    [InlineData("")]
    [InlineData("PRI *")]
    public async Task RunAsync_ClientIsSilentForTooLong_Ends(string first)
    {
        using var client = new SilentClient();
        Task run = client.Run(patience: TimeSpan.Zero);
        await client.SendAsync(first);

        client.Beat();

        await run.WaitAsync(Deadline);
        Assert.False(client.Served.IsCompleted);
    }

    [Fact]
    public async Task RunAsync_ServerStops_Ends()
    {
        using var client = new SilentClient();
        Task run = client.Run(patience: Deadline);

        client.Beat();
        Assert.False(run.IsCompleted);
        client.RequestClose();
        client.Beat();

        await run.WaitAsync(Deadline);
        Assert.False(client.Served.IsCompleted);
    }

    [Fact]
    public async Task RunAsync_FirstBytesCame_LeavesTheConnectionAlone()
    {
        using var client = new SilentClient();
        Task run = client.Run(patience: TimeSpan.Zero);
        await client.SendAsync("GET / ");
        await client.Served.WaitAsync(Deadline);
        ReadResult read = await client.ReadAsync().AsTask().WaitAsync(Deadline);
        client.Advance(read.Buffer.End);
        ValueTask<ReadResult> next = client.ReadAsync();

        client.Beat();

        Assert.Equal(6, read.Buffer.Length);
        Assert.False(next.IsCompleted);
        client.EndService();
        await run.WaitAsync(Deadline);
    }

    /// <summary>A connection as Kestrel has it, whose heart beats when the test says so.</summary>
    private sealed class SilentClient :
        IConnectionHeartbeatFeature, IConnectionLifetimeNotificationFeature, IDisposable
    {
        private readonly Pipe _sent = new(new PipeOptions(useSynchronizationContext: false));
        private readonly TaskCompletionSource _served = new();
        private readonly TaskCompletionSource _service = new();
        private readonly CancellationTokenSource _closing = new();
        private readonly DefaultConnectionContext _connection;
        private (Action<object> Action, object State)? _heartbeat;

        public SilentClient()
        {
            _connection = new DefaultConnectionContext(
                "1", new DuplexPipe(_sent.Reader, new Pipe().Writer), null!);
            _connection.Features.Set<IConnectionHeartbeatFeature>(this);
            _connection.Features.Set<IConnectionLifetimeNotificationFeature>(this);
        }

        public Task Served => _served.Task;

        public CancellationToken ConnectionClosedRequested
        {
            get => _closing.Token;
            set => throw new NotSupportedException();
        }

        public Task Run(TimeSpan patience) => new PrefaceMiddleware(
            _ =>
            {
                _served.SetResult();
                return _service.Task;
            },
            new HttpTwoEndPoint(new IPEndPoint(IPAddress.Loopback, 1)),
            patience).RunAsync(_connection);

        public async Task SendAsync(string bytes) =>
            _ = await _sent.Writer.WriteAsync(Encoding.Latin1.GetBytes(bytes));

        public ValueTask<ReadResult> ReadAsync() => _sent.Reader.ReadAsync();

        public void Advance(SequencePosition to) => _sent.Reader.AdvanceTo(to);

        public void EndService() => _service.SetResult();

        public void RequestClose() => _closing.Cancel();

        public void Beat() => _heartbeat!.Value.Action(_heartbeat.Value.State);

        public void OnHeartbeat(Action<object> action, object state) =>
            _heartbeat = (action, state);

        public void Dispose() => _closing.Dispose();

        void IConnectionLifetimeNotificationFeature.RequestClose() => RequestClose();
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
