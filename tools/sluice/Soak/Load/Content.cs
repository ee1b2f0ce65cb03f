namespace Sluice.Tool.Soak.Load;

/// <summary>Bytes of which each is known by its position: what is sent need not be kept.</summary>
internal abstract class Content
{
    private const int PieceLength = 512;

    /// <summary>What <c>/bytes/N</c> of the server answers with.</summary>
    public static Content Alphabet { get; } = new AlphabetContent();

    /// <summary>Content that no other connection has.</summary>
    public static Content Unique(Random random) => new UniqueContent((ulong)random.NextInt64());

    /// <summary>Writes the bytes that begin at a position.</summary>
    public abstract void Fill(Span<byte> bytes, long position);

    /// <summary>How many bytes are not what they should be at that position.</summary>
    public int CountWrong(ReadOnlySpan<byte> got, long position)
    {
        int wrong = 0;
        Span<byte> right = stackalloc byte[PieceLength];
        while (!got.IsEmpty)
        {
            int length = Math.Min(got.Length, PieceLength);
            Fill(right[..length], position);
            if (!got[..length].SequenceEqual(right[..length]))
            {
                for (int i = 0; i < length; i++)
                    wrong += got[i] == right[i] ? 0 : 1;
            }

            got = got[length..];
            position += length;
        }

        return wrong;
    }

    private sealed class AlphabetContent : Content
    {
        private const int Period = 26;
        private static readonly byte[] Letters = Repeat();

        public override void Fill(Span<byte> bytes, long position)
        {
            while (!bytes.IsEmpty)
            {
                ReadOnlySpan<byte> next = Letters.AsSpan((int)(position % Period));
                int length = Math.Min(next.Length, bytes.Length);
                next[..length].CopyTo(bytes);
                bytes = bytes[length..];
                position += length;
            }
        }

        private static byte[] Repeat()
        {
            byte[] letters = new byte[2 * PieceLength];
            for (int i = 0; i < letters.Length; i++)
                letters[i] = (byte)('a' + (i % Period));
            return letters;
        }
    }

    // Numbers that are mixed from the key and the position, eight bytes at a time (the finisher
    // of SplitMix64).
    private sealed class UniqueContent(ulong key) : Content
    {
        private const ulong Step = 0x9E3779B97F4A7C15;

        public override void Fill(Span<byte> bytes, long position)
        {
            Span<byte> word = stackalloc byte[sizeof(ulong)];
            while (!bytes.IsEmpty)
            {
                int skip = (int)(position % sizeof(ulong));
                ulong mixed = Mix(key + ((ulong)(position / sizeof(ulong)) * Step));
                BitConverter.TryWriteBytes(word, mixed);
                int length = Math.Min(sizeof(ulong) - skip, bytes.Length);
                word.Slice(skip, length).CopyTo(bytes);
                bytes = bytes[length..];
                position += length;
            }
        }

        private static ulong Mix(ulong value)
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
