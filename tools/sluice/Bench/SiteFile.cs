using System.Net;

namespace Sluice.Tool.Bench;

/// <summary>The file that the servers of a row are asked for.</summary>
internal static class SiteFile
{
    /// <summary>Makes it, if it is not there.</summary>
    public static void Make(DirectoryInfo site, BenchRow row) =>
        File.WriteAllBytes(Path.Combine(site.FullName, row.Path[1..]), Bytes(row.FileLength));

    /// <summary>Sees that a server answers with its bytes, before anything is timed.</summary>
    public static void Require(IPEndPoint server, BenchRow row, BenchServer who)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server}{row.Path}");
        using HttpResponseMessage response = client.Send(request);
        using var body = new MemoryStream();
        response.EnsureSuccessStatusCode().Content.CopyTo(body, null, default);
        if (!body.ToArray().AsSpan().SequenceEqual(Bytes(row.FileLength)))
            throw new UserErrorException($"{who.Title} answered with another file.");
    }

    // The same each time, and different at every position.
    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        uint state = (uint)length;
        for (int i = 0; i < length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }
}
