using System.Net;

namespace Sluice.Tool.Tests.Faults;

/// <summary>A body that stops in its middle until it is told to go on.</summary>
internal sealed class HalvedContent(byte[] body, Task rest) : HttpContent
{
    private readonly TaskCompletionSource _half =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task HalfIsSent => _half.Task;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        await stream.FlushAsync();
        _half.TrySetResult();
        await rest;
        await stream.WriteAsync(body.AsMemory(body.Length / 2));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
