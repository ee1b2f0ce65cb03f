using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Text;
using Sluice.Ipc;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.Passing;

/// <summary>
/// The other process: takes objects, answers in them, and passes on one of its own with each
/// reply.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PassingPeer
{
    public const string Scenario = "pass-objects";
    public const string Accepted = "accepted";
    public const int RequestLength = 3 * sizeof(long);

    /// <summary>The most bytes of a reply: a refusal's message.</summary>
    public const int ReplyLengthMax = 1024;

    /// <summary>What the peer shall demand of the object.</summary>
    public static byte[] Request(SharedMemoryRequirements requirements)
    {
        var request = new byte[RequestLength];
        BinaryPrimitives.WriteInt64LittleEndian(request, (long)requirements.Seals);
        BinaryPrimitives.WriteInt64LittleEndian(request.AsSpan(8), requirements.SizeMin);
        BinaryPrimitives.WriteInt64LittleEndian(request.AsSpan(16), requirements.SizeMax);
        return request;
    }

    /// <summary>Serves until the other end closes.</summary>
    public static async Task RunAsync(DescriptorChannel channel, string[] arguments)
    {
        var backend = Enum.Parse<SharedMemoryBackend>(arguments[0]);
        await using var end = new WayChannel(channel, Enum.Parse<Way>(arguments[1]));
        var request = new byte[RequestLength];
        while (true)
        {
            using DescriptorMessage message = await end.ReceiveAsync(request, 1);
            if (message.Length == 0)
                return;

            string reply = Take(message, Requirements(request));
            using SharedMemory own = Make(backend, out SharedMemoryMap map);
            using (map)
                await end.SendAsync(Encoding.UTF8.GetBytes(reply), own.Handle);
        }
    }

    private static string Take(DescriptorMessage message, SharedMemoryRequirements requirements)
    {
        try
        {
            using SharedMemory memory = message.TakeSharedMemory(0, requirements);
            using SharedMemoryMap map = memory.Map();
            long seen = map.Buffer.ReadInt64();
            map.Buffer.WriteInt64(-seen);
            return Accepted;
        }
        catch (SharedMemoryException refusal)
        {
            return refusal.Message;
        }
    }

    private static SharedMemory Make(SharedMemoryBackend backend, out SharedMemoryMap map)
    {
        SharedMemory memory = SharedMemory.Create(
            4096, new SharedMemoryOptions { Backend = backend });
        map = memory.Map();
        map.Buffer.WriteInt64(Environment.ProcessId);
        return memory;
    }

    private static SharedMemoryRequirements Requirements(byte[] request) => new()
    {
        Seals = (SharedMemorySeals)BinaryPrimitives.ReadInt64LittleEndian(request),
        SizeMin = BinaryPrimitives.ReadInt64LittleEndian(request.AsSpan(8)),
        SizeMax = BinaryPrimitives.ReadInt64LittleEndian(request.AsSpan(16)),
    };
}
