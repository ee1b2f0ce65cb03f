using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tool.Serving;

/// <summary><c>/bytes/N</c>: a response of a chosen length.</summary>
internal static class BytesEndpoint
{
    private const string Prefix = "/bytes/";
    private const int PageLength = 4096;

    // From the start of a page on. Where a copy goes to an address that is, within its page, just
    // behind the source's, some processors are fifteen times slower (AMD's rep movsb). It is luck
    // whom that meets, and luck must not decide which server is faster.
    private static readonly ReadOnlyMemory<byte> Bytes = Fill(1024 * 1024);

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
        return response.Body.WriteAsync(Bytes[..length]).AsTask();
    }

    private static ReadOnlyMemory<byte> Fill(int length)
    {
        byte[] array = GC.AllocateArray<byte>(length + PageLength, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        Memory<byte> bytes = array.AsMemory((int)(-address & (PageLength - 1)), length);
        for (int i = 0; i < length; i++)
            bytes.Span[i] = (byte)('a' + (i % 26));
        return bytes;
    }
}
