using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Tests.Contract;

internal static class Answers
{
    /// <summary>Answers every request alike, with a length.</summary>
    public static void Always(WebApplication app) => app.Run(context =>
    {
        context.Response.ContentLength = 6;
        return context.Response.WriteAsync("answer");
    });
}
