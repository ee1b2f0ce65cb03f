namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>One operation of a sequence: which, on which buffer, with which numbers.</summary>
internal readonly record struct Step(int Operation, int Buffer, int A, int B)
{
    public override string ToString() =>
        $"{Operations.Get(Operation).Name}(buffer {Buffer}, {A}, {B})";
}

/// <summary>The arguments of an operation; the other buffer for those that take two.</summary>
internal readonly record struct Arguments(
    int A, int B, bool SlicesKeepMemory, PlatformBuffer Other, BufferModel OtherModel)
{
    private static readonly string[] s_texts =
        ["", "a", "line\n", "\u00E4\u20AC", "x\U0001F600", "CR\r\n", "four", "\uFFFD"];

    /// <summary>A number of bytes that can be allocated.</summary>
    public byte[] Bytes
    {
        get
        {
            byte[] bytes = new byte[(uint)B % 12];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)(A + i);
            return bytes;
        }
    }

    public string Text => s_texts[(uint)A % s_texts.Length];

    public TextEncoding Encoding => (TextEncoding)((uint)B % 4);

    /// <summary>Sometimes a byte count that there is not.</summary>
    public int ByteCount => (int)((uint)B % 10);

    public LengthPrefix Prefix => (LengthPrefix)((uint)A % 7);
}
