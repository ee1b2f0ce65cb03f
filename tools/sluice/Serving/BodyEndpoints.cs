using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tool.Serving;

/// <summary>What is done with bodies of any size: none is ever held whole.</summary>
internal static class BodyEndpoints
{
    /// <summary>Streams the request's body back while it arrives.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        if (!AllowsBody(context))
            return;

        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        response.ContentType = request.ContentType ?? "application/octet-stream";
        response.ContentLength = request.ContentLength;
        await response.StartAsync(context.RequestAborted);
        await request.BodyReader.CopyToAsync(response.BodyWriter, context.RequestAborted);
    }

    /// <summary>Answers with the length and the SHA-256 of the request's body.</summary>
    public static async Task UploadAsync(HttpContext context)
    {
        if (!AllowsBody(context))
            return;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        PipeReader body = context.Request.BodyReader;
        long length = 0;
        ReadResult read;
        do
        {
            read = await body.ReadAsync(context.RequestAborted);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                hash.AppendData(segment.Span);
            length += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        var receipt = new UploadReceipt(length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        await JsonAnswers.WriteAsync(
            context.Response, receipt, JsonAnswers.Default.UploadReceipt);
    }

    /// <summary>Answers with the length of the request's body: what receiving costs.</summary>
    public static async Task DiscardAsync(HttpContext context)
    {
        if (!AllowsBody(context))
            return;

        PipeReader body = context.Request.BodyReader;
        long length = 0;
        ReadResult read;
        do
        {
            read = await body.ReadAsync(context.RequestAborted);
            length += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        byte[] answer = Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture));
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private static bool AllowsBody(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method))
            return true;

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "POST, PUT";
        context.Response.ContentLength = 0;
        return false;
    }
}
