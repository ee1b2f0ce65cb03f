using System.Net;
using Microsoft.Net.Http.Headers;

namespace Sluice.Tool.Serving.Files;

/// <summary>Which bytes of a file are sent, and under which status.</summary>
internal readonly record struct FileRange(HttpStatusCode Status, long Offset, long Length)
{
    public static FileRange Whole(long fileLength) => new(HttpStatusCode.OK, 0, fileLength);

    /// <summary>Resolves a Range header. Several ranges, and other units, mean the whole.</summary>
    public static FileRange Choose(RangeHeaderValue? header, long fileLength)
    {
        if (header is not { Ranges.Count: 1 } || header.Unit != "bytes")
            return Whole(fileLength);

        RangeItemHeaderValue item = header.Ranges.First();
        if (item.From is not { } first)
            return ChooseLast(item.To ?? 0, fileLength);
        if (first >= fileLength)
            return new(HttpStatusCode.RequestedRangeNotSatisfiable, 0, 0);

        long last = Math.Min(item.To ?? long.MaxValue, fileLength - 1);
        return new(HttpStatusCode.PartialContent, first, last - first + 1);
    }

    /// <summary>The value of Content-Range.</summary>
    public string Describe(long fileLength) =>
        $"bytes {Offset}-{Offset + Length - 1}/{fileLength}";

    private static FileRange ChooseLast(long count, long fileLength)
    {
        if (count == 0)
            return new(HttpStatusCode.RequestedRangeNotSatisfiable, 0, 0);
        // The last bytes of nothing are nothing, which Content-Range cannot say.
        if (fileLength == 0)
            return Whole(0);

        long length = Math.Min(count, fileLength);
        return new(HttpStatusCode.PartialContent, fileLength - length, length);
    }
}
