using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Sluice.Tool.Serving.Files;

/// <summary>
/// Answers every request with a file or with the index of a directory: GET and HEAD, conditions
/// (RFC 9110, section 13) and one range of bytes (section 14; several ranges get the whole file,
/// as section 14.2 allows). The last of the pipeline.
/// </summary>
internal sealed class FileMiddleware(FileRoot root)
{
    private const string IndexName = "index.html";

    private readonly FileExtensionContentTypeProvider _contentTypes = new();

    public async Task RunAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await FailAsync(context, HttpStatusCode.MethodNotAllowed);
            return;
        }

        string path = request.Path.Value ?? "/";
        using FileEntry? entry = root.TryOpen(path);
        if (entry is null || (!entry.IsDirectory && path.EndsWith('/')))
            await FailAsync(context, HttpStatusCode.NotFound);
        else if (!entry.IsDirectory)
            await SendFileAsync(context, entry, path);
        else if (!path.EndsWith('/'))
            RedirectToDirectory(context);
        else
            await SendDirectoryAsync(context, entry, path);
    }

    private static void RedirectToDirectory(HttpContext context)
    {
        HttpRequest request = context.Request;
        context.Response.StatusCode = (int)HttpStatusCode.MovedPermanently;
        context.Response.Headers.Location =
            request.Path.ToUriComponent() + "/" + request.QueryString.ToUriComponent();
        context.Response.ContentLength = 0;
    }

    private async Task SendDirectoryAsync(HttpContext context, FileEntry directory, string path)
    {
        using FileEntry? index = root.TryOpen(path + IndexName);
        if (index is { IsDirectory: false })
        {
            await SendFileAsync(context, index, IndexName);
            return;
        }

        byte[] page = DirectoryPage.Render(directory, path);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        context.Response.Headers.CacheControl = "no-cache";
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }

    private async Task SendFileAsync(HttpContext context, FileEntry file, string name)
    {
        HttpResponse response = context.Response;
        RequestHeaders conditions = context.Request.GetTypedHeaders();
        var version = FileVersion.Of(file);
        response.Headers.ETag = version.Tag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(version.LastModified);
        response.Headers.AcceptRanges = "bytes";
        switch (version.Check(conditions))
        {
            case Precondition.Failed:
                await FailAsync(context, HttpStatusCode.PreconditionFailed);
                return;
            case Precondition.NotModified:
                response.StatusCode = (int)HttpStatusCode.NotModified;
                return;
        }

        bool isGet = HttpMethods.IsGet(context.Request.Method);
        FileRange range = isGet && version.AllowsRange(conditions)
            ? FileRange.Choose(conditions.Range, file.Length)
            : FileRange.Whole(file.Length);
        if (range.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{file.Length}";
            await FailAsync(context, range.Status);
            return;
        }

        response.StatusCode = (int)range.Status;
        response.ContentType = ContentTypeOf(name);
        response.ContentLength = range.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        if (range.Status == HttpStatusCode.PartialContent)
            response.Headers.ContentRange = range.Describe(file.Length);
        if (isGet)
            await FileSender.SendAsync(context, file.Handle, range.Offset, range.Length);
    }

    private string ContentTypeOf(string name)
    {
        if (!_contentTypes.TryGetContentType(name, out string? type))
            return "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }

    private static Task FailAsync(HttpContext context, HttpStatusCode status)
    {
        HttpResponse response = context.Response;
        byte[] text = System.Text.Encoding.ASCII.GetBytes($"{(int)status} {status}\n");
        response.StatusCode = (int)status;
        response.ContentType = "text/plain";
        response.ContentLength = text.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(text, context.RequestAborted).AsTask();
    }
}
