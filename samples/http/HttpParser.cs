using System.Buffers;
using System.Globalization;
using System.Text;

namespace HttpSample;

/// <summary>Cuts requests from bytes. What is not clearly right is refused.</summary>
internal static class HttpParser
{
    public const int Incomplete = 0;
    public const int Complete = 200;

    private const int HeadBytesMax = 8 * 1024;
    private const int BodyBytesMax = 64 * 1024;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Takes one request from the front of the bytes, if a whole one is there.</summary>
    /// <returns>
    /// <see cref="Complete"/>, <see cref="Incomplete"/> (nothing was taken), or the status to
    /// refuse it with.
    /// </returns>
    public static int Take(ref ReadOnlySequence<byte> bytes, out HttpRequest request)
    {
        request = default;
        var reader = new SequenceReader<byte>(bytes);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n\r\n"u8))
            return bytes.Length > HeadBytesMax ? 431 : Incomplete;
        if (head.Length > HeadBytesMax)
            return 431;

        string[] lines = Encoding.Latin1.GetString(head).Split("\r\n");
        int status = ReadRequestLine(
            lines[0], out string method, out string target, out bool isOld);
        if (status != Complete)
            return status;

        status = ReadFields(lines.AsSpan(1), isOld, out int bodyLength, out bool keepsAlive);
        if (status != Complete)
            return status;
        if (reader.Remaining < bodyLength)
            return Incomplete;

        ReadOnlySequence<byte> body = reader.UnreadSequence.Slice(0, bodyLength);
        bytes = bytes.Slice(body.End);
        request = new HttpRequest(method, target, keepsAlive, body);
        return Complete;
    }

    private static int ReadRequestLine(
        string line, out string method, out string target, out bool isOld)
    {
        string[] parts = line.Split(' ');
        (method, target, isOld) = ("", "", false);
        if (parts.Length != 3 || !IsToken(parts[0]) || !parts[1].StartsWith('/'))
            return 400;
        if (parts[1].AsSpan().ContainsAnyExceptInRange('!', '~'))
            return 400;

        (method, target, isOld) = (parts[0], parts[1], parts[2] == "HTTP/1.0");
        if (isOld || parts[2] == "HTTP/1.1")
            return Complete;
        return parts[2].StartsWith("HTTP/", StringComparison.Ordinal) ? 505 : 400;
    }

    private static int ReadFields(
        ReadOnlySpan<string> lines, bool isOld, out int bodyLength, out bool keepsAlive)
    {
        (bodyLength, keepsAlive) = (0, !isOld);
        int hosts = 0;
        int lengths = 0;
        foreach (string line in lines)
        {
            // No control character: a lone CR or LF would mean something else to somebody else.
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !IsToken(line.AsSpan(0, colon)) || line.Any(IsForbidden))
                return 400;

            string value = line[(colon + 1)..].Trim(' ', '\t');
            switch (line[..colon].ToUpperInvariant())
            {
                case "HOST":
                    hosts++;
                    break;
                case "TRANSFER-ENCODING":
                    return 501;
                case "CONNECTION":
                    keepsAlive = keepsAlive
                        ? !value.Contains("close", StringComparison.OrdinalIgnoreCase)
                        : value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
                    break;
                case "CONTENT-LENGTH":
                    lengths++;
                    if (!ulong.TryParse(
                        value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong length))
                        return 400;
                    if (length > BodyBytesMax)
                        return 413;
                    bodyLength = (int)length;
                    break;
            }
        }

        return lengths > 1 || hosts > 1 || (hosts == 0 && !isOld) ? 400 : Complete;
    }

    private static bool IsToken(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    private static bool IsForbidden(char character) =>
        char.IsControl(character) && character != '\t';
}
