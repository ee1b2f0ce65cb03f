using System.Runtime.InteropServices;

namespace Sluice.Ipc;

/// <summary>The control data of messages: descriptors, as <c>cmsg(3)</c> lays them out.</summary>
/// <remarks>
/// <code>
///   | length (of header and data) | level | type | data ... | to a multiple of the word size
/// </code>
/// </remarks>
internal static class ControlData
{
    /// <summary>What the kernel takes in one message (<c>SCM_MAX_FD</c>).</summary>
    public const int DescriptorsMax = 253;

    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int SCM_PIDFD = 4;

    private static int HeaderSize => nint.Size + (2 * sizeof(int));

    /// <summary>Bytes that so many descriptors take.</summary>
    public static int SizeOf(int descriptorCount) =>
        descriptorCount == 0 ? 0 : Align(HeaderSize + (descriptorCount * sizeof(int)));

    /// <summary>Writes descriptors as one item.</summary>
    /// <param name="room">As long as <see cref="SizeOf"/> says.</param>
    /// <param name="descriptors">Their numbers; at least one.</param>
    public static void Write(Span<byte> room, ReadOnlySpan<int> descriptors)
    {
        room.Clear();
        WriteLength(room, HeaderSize + (descriptors.Length * sizeof(int)));
        MemoryMarshal.Write(room[nint.Size..], SOL_SOCKET);
        MemoryMarshal.Write(room[(nint.Size + sizeof(int))..], SCM_RIGHTS);
        MemoryMarshal.AsBytes(descriptors).CopyTo(room[HeaderSize..]);
    }

    /// <summary>Finds every descriptor in what was received, in all items.</summary>
    /// <param name="control">The control data, as long as the kernel says that it is.</param>
    /// <param name="asked">Gets what a peer sent.</param>
    /// <param name="unasked">Gets what came without being asked for, to be closed.</param>
    public static void Read(ReadOnlySpan<byte> control, List<int> asked, List<int> unasked)
    {
        while (control.Length >= HeaderSize)
        {
            long length = ReadLength(control);
            if (length < HeaderSize || length > control.Length)
                return;

            var level = MemoryMarshal.Read<int>(control[nint.Size..]);
            var type = MemoryMarshal.Read<int>(control[(nint.Size + sizeof(int))..]);
            if (level == SOL_SOCKET && type is SCM_RIGHTS or SCM_PIDFD)
            {
                List<int> target = type == SCM_RIGHTS ? asked : unasked;
                ReadOnlySpan<byte> data = control[HeaderSize..(int)length];
                for (; data.Length >= sizeof(int); data = data[sizeof(int)..])
                    target.Add(MemoryMarshal.Read<int>(data));
            }

            control = control[Math.Min(Align((int)length), control.Length)..];
        }
    }

    private static int Align(int length) => (length + nint.Size - 1) & ~(nint.Size - 1);

    private static long ReadLength(ReadOnlySpan<byte> control) =>
        nint.Size == sizeof(long)
            ? MemoryMarshal.Read<long>(control)
            : MemoryMarshal.Read<int>(control);

    private static void WriteLength(Span<byte> control, int length)
    {
        if (nint.Size == sizeof(long))
            MemoryMarshal.Write(control, (long)length);
        else
            MemoryMarshal.Write(control, length);
    }
}
