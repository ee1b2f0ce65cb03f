namespace Sluice.Memory;

/// <summary>
/// Lends what remains of a buffer to a reader or a writer. The position moves at the end, so a
/// call that throws in between has not moved it.
/// </summary>
internal static class BufferCursors
{
    public static BufferReader BeginRead(this PlatformBuffer buffer) => new(buffer.RemainingSpan);

    public static void EndRead(this PlatformBuffer buffer, scoped in BufferReader reader)
    {
        buffer.Advance(reader.Position);
        GC.KeepAlive(buffer);
    }

    public static BufferWriter BeginWrite(this PlatformBuffer buffer) => new(buffer.RemainingSpan);

    public static void EndWrite(this PlatformBuffer buffer, scoped in BufferWriter writer)
    {
        buffer.Advance(writer.Position);
        GC.KeepAlive(buffer);
    }
}
