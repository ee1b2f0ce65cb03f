using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tool.Serving;

/// <summary>What is done with bodies of any size: none is ever held whole.</summary>
internal static class BodyEndpoints
{
    /// <summary>Streams the request's body back while it arrives.</summary>
    public static Task EchoAsync(HttpContext context) => RunAsync(context, EchoBodyAsync);

    /// <summary>Answers with the length and the SHA-256 of the request's body.</summary>
    public static Task UploadAsync(HttpContext context) => RunAsync(context, HashBodyAsync);

    /// <summary>Answers with the length of the request's body: what receiving costs.</summary>
    public static Task DiscardAsync(HttpContext context) => RunAsync(context, CountBodyAsync);

    private static async Task RunAsync(HttpContext context, Func<HttpContext, Task> serve)
    {
        if (!AllowsBody(context))
            return;

        try
        {
            await serve(context);
        }
        catch (Exception failure)
            when (failure is ConnectionResetException or ConnectionAbortedException
                || (failure is OperationCanceledException
                    && context.RequestAborted.IsCancellationRequested))
        {
            // The client left in the middle of its body: there is nobody to tell.
            context.Abort();
        }
        catch (BadHttpRequestException failure) when (!context.Response.HasStarted)
        {
            // Not a request, or slower than Kestrel bears: the client's doing.
            context.Response.StatusCode = failure.StatusCode;
            context.Response.ContentLength = 0;
        }
        catch (BadHttpRequestException)
        {
            context.Abort();
        }
    }

    // PipeReader.CopyToAsync does the same, but once the client has left it gives back a position
    // that is none, and Kestrel reports that as a defect of the application.
    private static async Task EchoBodyAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        response.ContentType = request.ContentType ?? "application/octet-stream";
        response.ContentLength = request.ContentLength;
        await response.StartAsync(context.RequestAborted);
        PipeReader body = context.Request.BodyReader;
        ReadResult read;
        bool hasLeft = false;
        do
        {
            read = await body.ReadAsync(context.RequestAborted);
            try
            {
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    FlushResult flush =
                        await response.BodyWriter.WriteAsync(segment, context.RequestAborted);
                    hasLeft |= flush.IsCompleted;
                }
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
        while (!read.IsCompleted && !hasLeft);
    }

    private static async Task HashBodyAsync(HttpContext context)
    {
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

    private static async Task CountBodyAsync(HttpContext context)
    {
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
