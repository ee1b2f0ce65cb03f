using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Sluice.Tool.Serving.Files;

/// <summary>The index of a directory as a page. Names are data: escaped, never markup.</summary>
internal static class DirectoryPage
{
    public static byte[] Render(FileEntry directory, string path)
    {
        string title = HtmlEncoder.Default.Encode(path);
        StringBuilder page = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>Index of {title}</title>\n")
            .Append("<style>body{font-family:sans-serif;margin:2em}")
            .Append("td{padding:.1em 1.5em .1em 0}td+td{text-align:right}</style>\n")
            .Append(CultureInfo.InvariantCulture, $"</head>\n<body>\n<h1>Index of {title}</h1>\n")
            .Append("<table>\n");
        if (path != "/")
            page.Append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
        foreach (FileSystemInfo item in Items(directory))
            AppendItem(page, item);
        return Encoding.UTF8.GetBytes(page.Append("</table>\n</body>\n</html>\n").ToString());
    }

    // Directories first, then by name.
    private static IEnumerable<FileSystemInfo> Items(FileEntry directory) =>
        new DirectoryInfo(FileEntry.KernelPath(directory.Handle) + "/")
            .EnumerateFileSystemInfos()
            .Where(static item => FileRoot.IsVisible(item.Name))
            .OrderBy(static item => item is not DirectoryInfo)
            .ThenBy(static item => item.Name, StringComparer.Ordinal);

    private static void AppendItem(StringBuilder page, FileSystemInfo item)
    {
        string slash = item is DirectoryInfo ? "/" : "";
        // "./" keeps a name with a colon from being taken for a scheme.
        string link = "./" + Uri.EscapeDataString(item.Name) + slash;
        string name = HtmlEncoder.Default.Encode(item.Name + slash);
        // A link that leads nowhere has no length; asking would throw.
        string length = item is FileInfo { Exists: true } file
            ? file.Length.ToString("N0", CultureInfo.InvariantCulture)
            : "";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<tr><td><a href=\"{HtmlEncoder.Default.Encode(link)}\">{name}</a></td>")
            .Append(
                CultureInfo.InvariantCulture,
                $"<td>{length}</td><td>{item.LastWriteTimeUtc:yyyy-MM-dd HH:mm}</td></tr>\n");
    }
}
