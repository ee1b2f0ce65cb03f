using Sluice.Fuzz.Engine;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Numbers;

/// <summary>Reads a number in every way that there is, and compares.</summary>
internal static class NumberCheck
{
    public delegate bool Try<T>(ref BufferReader reader, out T value);

    public delegate T Read<T>(ref BufferReader reader);

    public delegate void Write<T>(ref BufferWriter writer, T value);

    /// <summary>Compares reads with what an oracle says.</summary>
    /// <returns>Whether a number was there.</returns>
    public static bool Run<T>(
        ReadOnlySpan<byte> bytes,
        Expectation expected,
        T value,
        int length,
        Try<T> tryRead,
        Read<T> read)
    {
        var reader = new BufferReader(bytes);
        Expectation found;
        T? number = default;
        try
        {
            found = tryRead(ref reader, out number)
                ? Expectation.Read
                : Expectation.Incomplete;
        }
        catch (InvalidDataException)
        {
            found = Expectation.Invalid;
        }

        FuzzFailure.UnlessSame(expected, found, "the oracle says the same");
        int position = expected == Expectation.Read ? length : 0;
        FuzzFailure.UnlessSame(position, reader.Position, "the position");
        if (expected == Expectation.Read)
            FuzzFailure.UnlessSame(value, number, "the number");

        var other = new BufferReader(bytes);
        Expectation also;
        try
        {
            FuzzFailure.UnlessSame(value, read(ref other), "the number that is read");
            also = Expectation.Read;
        }
        catch (InvalidDataException)
        {
            also = Expectation.Invalid;
        }
        catch (BufferUnderflowException)
        {
            also = Expectation.Incomplete;
        }

        FuzzFailure.UnlessSame(expected, also, "both ways of reading agree");
        FuzzFailure.UnlessSame(position, other.Position, "both ways move alike");
        return expected == Expectation.Read;
    }

    /// <summary>Writes a number: the bytes are the shortest, and read back.</summary>
    public static void RunBack<T>(T value, int length, Write<T> write, Read<T> read)
    {
        var room = new byte[length + 1];
        var writer = new BufferWriter(room);
        write(ref writer, value);
        FuzzFailure.UnlessSame(length, writer.Position, "the length that was foretold");
        var reader = new BufferReader(room.AsSpan(0, length));
        FuzzFailure.UnlessSame(value, read(ref reader), "what is written is read");
        FuzzFailure.UnlessSame(length, reader.Position, "all that is written is read");

        var narrow = new BufferWriter(room.AsSpan(0, length - 1));
        try
        {
            write(ref narrow, value);
        }
        catch (BufferOverflowException)
        {
            FuzzFailure.UnlessSame(0, narrow.Position, "without room nothing is written");
            return;
        }

        throw new FuzzFailure("without room it throws", $"{value}");
    }
}
