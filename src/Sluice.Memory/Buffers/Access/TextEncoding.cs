namespace Sluice.Memory;

/// <summary>How text stands in bytes. None of these writes or removes a byte order mark.</summary>
public enum TextEncoding
{
    /// <summary>UTF-8: one to four bytes a code point.</summary>
    Utf8 = 0,

    /// <summary>UTF-16, big-endian: two or four bytes a code point.</summary>
    Utf16 = 1,

    /// <summary>UTF-16, little-endian: two or four bytes a code point.</summary>
    Utf16LittleEndian = 2,

    /// <summary>ISO 8859-1: one byte a code point, of the first 256 only.</summary>
    Latin1 = 3,
}
