using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Waits of every kind: a thread's, with a spin, the monitor's, a ring's.</summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class SharedChannelWaitTests : IAsyncDisposable
{
    private readonly SharedChannelOptions _options = new() { Capacity = 4096 };
    private SluiceRuntime? _runtime;
    private SharedChannelWriter? _writer;
    private SharedChannelReader? _reader;

    public enum Way
    {
        Thread,
        SpinningThread,
        Monitor,
        Ring,
    }

    public static TheoryData<Way> Ways => [Way.Thread, Way.SpinningThread, Way.Monitor, Way.Ring];

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "46")]
    public async Task Read_ManyConversations_WakesEachTime(Way way)
    {
        Open(way);
        (SharedChannelWriter back, SharedChannelReader backReader) =
            SharedChannel.CreatePair(_options);
        using (back)
        using (backReader)
        {
            Task echo = Task.Run(async () =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    byte[] message = await ReadAsync(way, _reader!);
                    await WriteAsync(way, back, message);
                }
            });
            for (int i = 0; i < 2000; i++)
            {
                await WriteAsync(way, _writer!, BitConverter.GetBytes(i));
                Assert.Equal(i, BitConverter.ToInt32(await ReadAsync(way, backReader)));
            }

            await echo.Within();
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "46")]
    public async Task Write_ThroughAFullRing_KeepsOrder(Way way)
    {
        const int Messages = 50_000;
        Open(way);
        Task writing = Task.Run(async () =>
        {
            var message = new byte[40];
            for (int i = 0; i < Messages; i++)
            {
                BitConverter.TryWriteBytes(message, i);
                await WriteAsync(way, _writer!, message);
            }

            _writer!.Complete();
        });
        for (int i = 0; i < Messages; i++)
            Assert.Equal(i, BitConverter.ToInt32(await ReadAsync(way, _reader!)));
        await writing.Within();
        Assert.False(await WaitAsync(way, _reader!));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task WaitToRead_Cancelled_ThrowsAndGoesOn(Way way)
    {
        Open(way);
        for (int i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<bool> wait = WaitAsync(way, _reader!, cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Within());
        }

        Assert.True(_writer!.TryWrite([1]));
        Assert.True(await WaitAsync(way, _reader!).Within());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "47")]
    public async Task WaitToRead_WriterDies_EndsAfterWhatIsThere(Way way)
    {
        Open(way);
        Task<bool> wait = WaitAsync(way, _reader!);
        _writer!.Dispose();

        Assert.False(await wait.Within());
        Assert.Equal(SharedChannelEnd.Died, _reader!.End);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "47")]
    public async Task WaitToRead_WriterCompletes_Ends(Way way)
    {
        Open(way);
        Task<bool> wait = WaitAsync(way, _reader!);
        _writer!.Complete();

        Assert.False(await wait.Within());
        Assert.Equal(SharedChannelEnd.Completed, _reader!.End);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("pitfall", "47")]
    public async Task Write_ReaderLeavesWhileWaiting_Throws(Way way)
    {
        Open(way);
        while (_writer!.TryWrite(new byte[100]))
        {
        }

        Task write = Task.Run(() => WriteAsync(way, _writer, new byte[100]));
        _reader!.Dispose();

        await Assert.ThrowsAsync<SharedChannelClosedException>(() => write.Within());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Dispose_WhileReading_EndsTheWait(Way way)
    {
        Open(way);
        Task<bool> wait = WaitAsync(way, _reader!);
        _reader!.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait.Within());
    }

    [Theory]
    [InlineData(Way.Monitor)]
    [InlineData(Way.Ring)]
    public async Task ReadAsync_OnceWarm_AllocatesNothing(Way way)
    {
        const int Messages = 2000;
        const int Rounds = 5;
        const int SmallestObject = 24;

        Open(way);
        await ConverseAsync(_writer!, _reader!, Messages);
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ConverseAsync(_writer!, _reader!, Messages);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The test's own tasks, and what the runtime's pools lose when threads change.
        Assert.InRange(least, 0, (Messages * SmallestObject) - 1);
    }

    [Fact]
    public async Task WaitToRead_SecondWait_Throws()
    {
        Open(Way.Monitor);
        Task<bool> wait = _reader!.WaitToReadAsync().AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _reader.WaitToReadAsync());

        Assert.True(_writer!.TryWrite([1]));
        Assert.True(await wait.Within());
    }

    [Fact]
    public async Task ReadAllAsync_UntilComplete_GivesAll()
    {
        Open(Way.Monitor);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++)
                await _writer!.WriteAsync(BitConverter.GetBytes(i));
            _writer!.Complete();
        });

        int expected = 0;
        await foreach (ReadOnlyMemory<byte> message in _reader!.ReadAllAsync())
            Assert.Equal(expected++, BitConverter.ToInt32(message.Span));

        Assert.Equal(1000, expected);
        await writing.Within();
    }

    public async ValueTask DisposeAsync()
    {
        _writer?.Dispose();
        _reader?.Dispose();
        if (_runtime is not null)
            await _runtime.DisposeAsync();
    }

    private static async Task ConverseAsync(
        SharedChannelWriter writer, SharedChannelReader reader, int count)
    {
        var message = new byte[8];
        for (int i = 0; i < count; i++)
        {
            ValueTask<bool> wait = reader.WaitToReadAsync();
            Assert.True(writer.TryWrite(message));
            if (!await wait)
                throw new InvalidOperationException();
            _ = reader.TryRead(out ReadOnlySpan<byte> _);
            reader.Advance();
        }
    }

    private static async Task<bool> WaitAsync(
        Way way, SharedChannelReader reader, CancellationToken token = default) =>
        way is Way.Thread or Way.SpinningThread
            ? await Task.Run(() => reader.WaitToRead(token), CancellationToken.None)
            : await reader.WaitToReadAsync(token);

    private static async Task<byte[]> ReadAsync(Way way, SharedChannelReader reader)
    {
        byte[] message;
        if (way is Way.Thread or Way.SpinningThread)
            message = reader.Read().ToArray();
        else
            message = (await reader.ReadAsync()).ToArray();
        reader.Advance();
        return message;
    }

    private static async Task WriteAsync(Way way, SharedChannelWriter writer, byte[] message)
    {
        if (way is Way.Thread or Way.SpinningThread)
            writer.Write(message);
        else
            await writer.WriteAsync(message);
    }

    private void Open(Way way)
    {
        if (way == Way.SpinningThread)
            _options.SpinTime = TimeSpan.FromMicroseconds(20);
        if (way == Way.Ring)
        {
            EngineRun.SkipUnlessUsable(Engine.Uring);
            _runtime = SluiceRuntime.Start(
                new SluiceOptions { Engine = Engine.Uring, ReactorCount = 1 });
            _options.Reactor = _runtime.Reactors[0];
        }

        (_writer, _reader) = SharedChannel.CreatePair(_options);
    }
}
