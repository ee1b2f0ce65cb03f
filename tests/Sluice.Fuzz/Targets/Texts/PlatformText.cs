using System.Text;
using Sluice.Memory;

namespace Sluice.Fuzz.Targets.Texts;

/// <summary>What .NET's own encodings say.</summary>
internal static class PlatformText
{
    /// <returns>Null if the bytes are no text.</returns>
    public static string? Decode(byte[] bytes, TextEncoding encoding, TextErrors errors)
    {
        try
        {
            return Of(encoding, errors).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <returns>Null if the text has a character without bytes.</returns>
    public static byte[]? Encode(string text, TextEncoding encoding, TextErrors errors)
    {
        // The platform puts two question marks for two halves that are one character.
        if (encoding == TextEncoding.Latin1 && errors == TextErrors.Replace)
            return [.. text.EnumerateRunes().Select(ToLatin1)];

        try
        {
            return Of(encoding, errors).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    public static Encoding Of(TextEncoding encoding, TextErrors errors)
    {
        bool throws = errors == TextErrors.Throw;
        return encoding switch
        {
            TextEncoding.Utf8 => new UTF8Encoding(false, throws),
            TextEncoding.Utf16 => new UnicodeEncoding(bigEndian: true, false, throws),
            TextEncoding.Utf16LittleEndian => new UnicodeEncoding(bigEndian: false, false, throws),
            _ => Encoding.GetEncoding(
                "iso-8859-1",
                EncoderFallback.ExceptionFallback,
                DecoderFallback.ExceptionFallback),
        };
    }

    private static byte ToLatin1(Rune rune) =>
        rune.Value <= byte.MaxValue ? (byte)rune.Value : (byte)'?';
}
