namespace Sluice.AspNetCore;

/// <summary>
/// Makes short identifiers of connections for logs: 13 characters of base 32, sortable by their
/// time of birth. Safe for use by several threads.
/// </summary>
/// <remarks>
/// The numbers start at the clock's time, so that the identifiers of a restarted process do not
/// repeat those of its predecessor.
/// </remarks>
internal sealed class ConnectionIdGenerator(TimeProvider time)
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private long _last = time.GetUtcNow().Ticks;

    public string Next() =>
        string.Create(13, Interlocked.Increment(ref _last), static (text, value) =>
        {
            for (int i = text.Length - 1; i >= 0; i--, value >>>= 5)
                text[i] = Digits[(int)(value & 31)];
        });
}
