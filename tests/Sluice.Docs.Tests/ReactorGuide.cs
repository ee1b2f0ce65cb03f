using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/reactor.md. Each region stands there word for word.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReactorGuide
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Submit()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "by the ring", TestContext.Current.CancellationToken);
        await using var runtime = StartRing();
        Reactor reactor = runtime.Reactors[0];

        #region docs: submit
        using SafeFileHandle file = File.OpenHandle(path);
        var request = new ReadRequest(file, new byte[4096]);

        int result = await reactor.SubmitAsync(ReadRequest.Prepare, request);
        if (result < 0)
            throw new IOException($"The read failed: {(Errno)(-result)}");
        string text = Encoding.UTF8.GetString(request.Memory, 0, result);
        #endregion

        request.Release();
        File.Delete(path);
        Assert.Equal("by the ring", text);
    }

    #region docs: request
    private sealed class ReadRequest(SafeFileHandle file, byte[] memory)
    {
        public static readonly OperationPreparer Prepare =
            static (submission, state) => ((ReadRequest)state!).Fill(submission);

        private GCHandle _pin = GCHandle.Alloc(memory, GCHandleType.Pinned);

        public byte[] Memory => memory;

        public void Release() => _pin.Free();

        private void Fill(Submission submission) => submission.PrepareRead(
            (int)file.DangerousGetHandle(), _pin.AddrOfPinnedObject(), (uint)memory.Length, 0);
    }
    #endregion

    [Fact]
    public async Task Cancel()
    {
        await using var runtime = StartRing();
        Reactor reactor = runtime.Reactors[0];
        using var pair = new SocketPair();
        int fd = pair.Descriptor;

        #region docs: cancel
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        int result = await reactor.SubmitAsync(
            static (submission, state) =>
                submission.PreparePollAdd((int)state!, PollEvents.Readable),
            fd,
            patience.Token);
        bool isCancelled = result == -(int)Errno.ECANCELED;    // a value, not an exception
        #endregion

        Assert.True(isCancelled);
    }

    [Fact]
    public async Task Post()
    {
        await using var runtime = StartRing();
        Reactor reactor = runtime.Reactors[0];

        #region docs: post
        var posted = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        reactor.Post(
            static state =>
            {
                var (reactor, posted) = ((Reactor, TaskCompletionSource<bool>))state!;
                posted.SetResult(reactor.IsCurrent);    // true: this is its thread
            },
            (reactor, posted));
        bool isOnReactor = await posted.Task;
        #endregion

        Assert.True(isOnReactor);
        Assert.False(reactor.IsCurrent);
    }

    [Fact]
    public async Task Delay()
    {
        await using var runtime = StartRing();
        Reactor reactor = runtime.Reactors[0];
        using var source = new CancellationTokenSource();
        CancellationToken cancellationToken = source.Token;

        #region docs: delay
        await reactor.DelayAsync(TimeSpan.FromMilliseconds(20), cancellationToken);
        #endregion

        Task endless = reactor.DelayAsync(TimeSpan.FromDays(1), cancellationToken).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => endless.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reactors()
    {
        #region docs: reactors
        await using var runtime = SluiceRuntime.Start(new SluiceOptions
        {
            ReactorCount = 2,       // 0: one for each processor that the process may use
            PinReactors = true,     // reactor i stays on the i-th of them
        });

        foreach (Reactor reactor in runtime.Reactors)
            Console.WriteLine($"reactor {reactor.Index}: {reactor.SetupFlags}");
        #endregion

        Assert.Equal(runtime.Engine == Engine.Uring ? 2 : 0, runtime.Reactors.Count);
    }

    private static SluiceRuntime StartRing() => SluiceRuntime.Start(
        new SluiceOptions { Engine = Engine.Uring, ReactorCount = 1 });
}
