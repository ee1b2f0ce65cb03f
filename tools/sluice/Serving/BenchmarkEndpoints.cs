using Microsoft.AspNetCore.Http;

namespace Sluice.Tool.Serving;

/// <summary>The two fixed responses that servers are compared by.</summary>
internal static class BenchmarkEndpoints
{
    private static readonly byte[] Payload = "Hello, World!"u8.ToArray();

    public static Task PlaintextAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/plain";
        response.ContentLength = Payload.Length;
        return response.Body.WriteAsync(Payload, 0, Payload.Length);
    }

    /// <summary>Serialized for each request: that is the work to be measured.</summary>
    public static Task JsonAsync(HttpContext context) =>
        JsonAnswers.WriteAsync(
            context.Response, new Greeting("Hello, World!"), JsonAnswers.Default.Greeting);
}
