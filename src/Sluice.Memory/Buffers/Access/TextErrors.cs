namespace Sluice.Memory;

/// <summary>What happens to bytes that are no text, and to text that has no bytes.</summary>
public enum TextErrors
{
    /// <summary>
    /// The call throws: <see cref="InvalidDataException"/> for bytes that are read,
    /// <see cref="ArgumentException"/> for text that is written. Nothing has changed then.
    /// </summary>
    Throw = 0,

    /// <summary>
    /// U+FFFD stands in their place, as the Unicode standard recommends; a question mark in
    /// Latin-1, which has no U+FFFD.
    /// </summary>
    Replace = 1,
}
