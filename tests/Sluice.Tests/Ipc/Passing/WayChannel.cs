using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Ipc.Passing;

/// <summary>An end of a channel that is used in one way or the other.</summary>
[SupportedOSPlatform("linux")]
internal sealed class WayChannel(DescriptorChannel channel, Way way) : IAsyncDisposable
{
    private readonly SluiceRuntime? _runtime = way == Way.Ring
        ? SluiceRuntime.Start(new SluiceOptions { Engine = Engine.Uring, ReactorCount = 1 })
        : null;

    public static void SkipUnlessUsable(Way way)
    {
        if (way == Way.Ring)
            EngineRun.SkipUnlessUsable(Engine.Uring);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> payload, params SafeHandle[] handles)
    {
        if (_runtime is null)
            channel.Send(payload, handles);
        else
            await channel.SendAsync(_runtime.Reactors[0], payload, handles).Within();
    }

    public async Task<DescriptorMessage> ReceiveAsync(Memory<byte> buffer, int descriptorsMax) =>
        _runtime is null
            ? channel.Receive(buffer, descriptorsMax)
            : await channel.ReceiveAsync(_runtime.Reactors[0], buffer, descriptorsMax).Within();

    public ValueTask DisposeAsync() => _runtime?.DisposeAsync() ?? ValueTask.CompletedTask;
}
