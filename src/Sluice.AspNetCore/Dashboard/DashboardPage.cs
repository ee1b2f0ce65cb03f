using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Dashboard;

/// <summary>
/// The page: one resource with its style and script in it, which run by a nonce; nothing else may.
/// </summary>
internal static class DashboardPage
{
    private static readonly string s_template = Read();

    public static Task WriteAsync(HttpContext context)
    {
        string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        HttpRequest request = context.Request;
        string address = (request.PathBase + request.Path).ToString().TrimEnd('/');
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
            + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        string page = s_template
            .Replace("{{nonce}}", nonce, StringComparison.Ordinal)
            .Replace(
                "{{address}}", HtmlEncoder.Default.Encode(address), StringComparison.Ordinal);
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string Read()
    {
        using Stream resource =
            typeof(DashboardPage).Assembly.GetManifestResourceStream("dashboard.html")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
