using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Sockets;

namespace Sluice.Leaky;

/// <summary>Sends back what it gets, but for its defect at one connection of many.</summary>
internal sealed class DefectiveEcho(Defect defect)
{
    private const int OneOf = 20;
    private const int LeakedLength = 64 * 1024;

    private readonly List<SafeFileHandle> _leaked = [];
    private int _connections;

    public async Task RunAsync(Connection connection)
    {
        bool isDue = Interlocked.Increment(ref _connections) % OneOf == 0;
        if (isDue)
            Leak();
        if (defect == Defect.Memory)
            LeakMemory();
        PipeReader input = connection.Input;
        PipeWriter output = connection.Output;
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = read.Buffer;
            foreach (ReadOnlyMemory<byte> segment in buffer)
                Write(output, segment.Span, isDue && defect == Defect.Byte);
            input.AdvanceTo(buffer.End);
            if (isDue && defect == Defect.Cut)
                return;
            if (!buffer.IsEmpty && (await output.FlushAsync()).IsCompleted)
                return;
            if (read.IsCompleted)
                return;
        }
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> bytes, bool isWrong)
    {
        Span<byte> copy = output.GetSpan(bytes.Length);
        bytes.CopyTo(copy);
        if (isWrong)
            copy[0] ^= 1;
        output.Advance(bytes.Length);
    }

    private void Leak()
    {
        switch (defect)
        {
            case Defect.Descriptor:
                lock (_leaked)
                    _leaked.Add(File.OpenHandle("/dev/null"));
                break;
            case Defect.Thread:
                new Thread(static () => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }
                    .Start();
                break;
            case Defect.Complaint:
                Console.Error.WriteLine("Something is wrong.");
                break;
            default:
                break;
        }
    }

    private static unsafe void LeakMemory()
    {
        void* memory = NativeMemory.Alloc(LeakedLength);
        new Span<byte>(memory, LeakedLength).Fill(1);
    }
}
