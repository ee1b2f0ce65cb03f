using System.Buffers;
using System.IO.Pipelines;
using Sluice.Sockets;

namespace Sluice.Tool.Raw;

/// <summary>Sends back what it gets.</summary>
internal static class EchoHandler
{
    /// <summary>Runs until the peer has closed its side and has got everything back.</summary>
    public static async Task RunAsync(Connection connection)
    {
        PipeReader input = connection.Input;
        PipeWriter output = connection.Output;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = read.Buffer;
            foreach (ReadOnlyMemory<byte> segment in buffer)
                output.Write(segment.Span);
            input.AdvanceTo(buffer.End);
            if (!buffer.IsEmpty && (await output.FlushAsync()).IsCompleted)
                return;
            if (read.IsCompleted)
                return;
        }
    }
}
