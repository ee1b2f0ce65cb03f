using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Fuzz.Engine;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// The first page of a channel's object: which of them are taken. The input begins with how the
/// object's size differs from what its header says; the header follows.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ChannelHeaderTarget : FuzzTarget
{
    private const int Page = 4096;
    private const int HeaderSize = 32;
    private const long SizeMax = 32 << 20;
    private const int MapsMax = 500;
    private const SharedMemorySeals Seals =
        SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.Seal;

    private int _maps;

    public override string Name => "channel-header";

    public override int LengthMax => 40;

    public override int Cost => 20;

    public override IEnumerable<byte[]> Seeds() => [[0, .. Header(1, 1, 8, 4096)]];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        byte[] header = Header(
            random.Pick<uint>(1, 1, 1, 2, 3),
            random.Pick<uint>(0, 1, 2, 7, 1024, 1025, uint.MaxValue),
            random.Pick<uint>(4, 8, 12, 64, 128, 256),
            random.Pick<ulong>(2048, 4096, 5000, 8192, 1 << 20, 1UL << 31, ulong.MaxValue));
        return [random.OneIn(2) ? (byte)0 : random.NextByte(), .. header];
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var choice = new InputReader(input);
        int difference = choice.Below(4);
        var header = new byte[HeaderSize];
        choice.Fill(header);
        long? needed = Expect(header);
        long size = difference switch
        {
            _ when needed is null => 4L * Page,
            0 => needed.Value,
            1 => needed.Value + Page,
            2 => needed.Value - Page,
            _ => Page,
        };
        bool isSound = needed == size;
        features.Add(1, (isSound ? 1 : 0) + (difference * 2));

        using SharedMemory memory = SharedMemory.Create(
            size, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        using (SharedMemoryMap map = memory.Map(0, Page))
            header.CopyTo(map.Buffer.AsSpan(0, HeaderSize));
        memory.Seal(Seals);
        try
        {
            ChannelMemory channel = ChannelMemory.Open(Duplicate(memory), ChannelKind.Lanes);
            FuzzFailure.Unless(isSound, "what is not sound is refused");
            FuzzFailure.UnlessSame(size, channel.Geometry.Size, "the geometry is the header's");
            channel.Release();
            Collect();
        }
        catch (SharedChannelException refusal)
        {
            FuzzFailure.Unless(!isSound, "what is sound is taken", refusal.Message);
            FuzzFailure.Unless(refusal.Check.Length != 0, "the check is named", refusal.Message);
        }
    }

    private static byte[] Header(uint kind, uint lanes, uint alignment, ulong capacity)
    {
        var header = new byte[HeaderSize];
        "SLUICECH"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), kind);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), lanes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), alignment);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), capacity);
        return header;
    }

    // The size that a sound header asks for; null for a header that is not, or is too much here.
    private static long? Expect(ReadOnlySpan<byte> header)
    {
        uint lanes = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        uint alignment = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        ulong capacity = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        bool isSound = header[..8].SequenceEqual("SLUICECH"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == 1
            && BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) == 1
            && lanes is >= 1 and <= 1024
            && alignment is 8 or 16 or 32 or 64 or 128
            && Enumerable.Range(12, 19).Any(bit => capacity == 1UL << bit);
        if (!isSound)
            return null;

        long words = ((lanes * 512) + Page - 1) / Page * Page;
        long size = Page + words + (lanes * (long)capacity);
        return size <= SizeMax ? size : null;
    }

    private static SafeFileHandle Duplicate(SharedMemory memory) =>
        new(dup((int)memory.Handle.DangerousGetHandle()), ownsHandle: true);

    // Their addresses are given back when nothing refers to them, and there are so many maps.
    private void Collect()
    {
        if (++_maps % MapsMax != 0)
            return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup(int fd);
}
