using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tool.Serving;

/// <summary><c>/bytes/N</c>: a response of a chosen length.</summary>
internal static class BytesEndpoint
{
    private const string Prefix = "/bytes/";
    private static readonly byte[] Bytes = Fill(1024 * 1024);

    /// <summary>Whether the path asks for so many bytes, and not for too many.</summary>
    public static bool Matches(string path, out int length)
    {
        length = 0;
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(
                path.AsSpan(Prefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out length)
            && length <= Bytes.Length;
    }

    public static Task RunAsync(HttpContext context, int length)
    {
        HttpResponse response = context.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = length;
        return response.Body.WriteAsync(Bytes, 0, length);
    }

    private static byte[] Fill(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)('a' + (i % 26));
        return bytes;
    }
}
