using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Tool.Serving.Files;
using Sluice.Tool.Serving.PriorKnowledge;

namespace Sluice.Tool.Serving;

/// <summary>
/// The ASP.NET Core application of <c>sluice serve</c>. It is the same under every engine; the
/// transport is all that differs.
/// </summary>
internal static class ServeApplication
{
    public static WebApplication Build(
        ServerSettings settings, FileRoot root, ILoggerProvider logging)
    {
        // Empty: no settings from files or from the environment, which differ between machines.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.AddProvider(logging);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Sluice", LogLevel.Information);
        // If this category logs at all, ASP.NET Core makes an activity for each request. Kestrel
        // reports failed requests.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(static options =>
            options.ShutdownTimeout = ServerSettings.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().UseSluice(settings.ApplyTo);
        builder.Services.AddSingleton<IConnectionListenerFactory, HttpTwoListenerFactory>();
        builder.WebHost.ConfigureKestrel(options => ConfigureKestrel(options, settings));

        if (settings.HasDashboard)
            builder.Services.AddRoutingCore();

        WebApplication application = builder.Build();
        if (settings.HasDashboard)
        {
            application.UseRouting();
#pragma warning disable ASP0014 // Mapped at the top it would run last, behind the files.
            application.UseEndpoints(static endpoints => endpoints.MapSluiceDashboard());
#pragma warning restore ASP0014
        }

        Route(application, root, settings.UsesStaticFiles);
        return application;
    }

    private static void ConfigureKestrel(KestrelServerOptions options, ServerSettings settings)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
        if (settings.UsesTls)
        {
            options.Listen(
                settings.EndPoint, static listen => listen.UseHttps(SelfSigned.Create()));
            return;
        }

        var httpTwo = new HttpTwoEndPoint(settings.EndPoint);
        TimeSpan patience = options.Limits.KeepAliveTimeout;
        options.Listen(settings.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => new PrefaceMiddleware(next, httpTwo, patience).RunAsync);
        });
        options.Listen(httpTwo, listen => listen.Protocols = HttpProtocols.Http2);
    }

    // Without the routing of ASP.NET Core: a comparison of strings is all that the fixed
    // responses cost, and everything else is a file.
    private static void Route(WebApplication application, FileRoot root, bool usesStaticFiles)
    {
        var files = new FileMiddleware(root);
        application.Use(static next => context => context.Request.Path.Value switch
        {
            "/plaintext" => BenchmarkEndpoints.PlaintextAsync(context),
            "/json" => BenchmarkEndpoints.JsonAsync(context),
            "/echo" => BodyEndpoints.EchoAsync(context),
            "/discard" => BodyEndpoints.DiscardAsync(context),
            "/upload" => BodyEndpoints.UploadAsync(context),
            { } path when BytesEndpoint.Matches(path, out int length) =>
                BytesEndpoint.RunAsync(context, length),
            _ => next(context),
        });
        application.Map("/ws", static ws => ws.UseWebSockets().Run(WebSocketEcho.RunAsync));
        if (usesStaticFiles)
        {
            application.UseStaticFiles(
                new StaticFileOptions { FileProvider = new PhysicalFileProvider(root.Path) });
        }
        else
        {
            application.Run(files.RunAsync);
        }
    }
}
