using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Sluice.AspNetCore.Tests.Contract;

internal static class TransportKindExtensions
{
    /// <summary>Whether the bytes are moved by io_uring.</summary>
    public static bool IsUring(this TransportKind kind) =>
        kind is TransportKind.Uring or TransportKind.UringInline;

    /// <summary>Skips the test where the transport cannot run.</summary>
    public static Task RequireAsync(this TransportKind kind) =>
        kind.IsUring() ? EngineCase.RequireAsync(Engine.Uring) : Task.CompletedTask;

    /// <summary>Adds the transport to a host's services.</summary>
    public static void AddTo(this TransportKind kind, IServiceCollection services)
    {
        if (kind == TransportKind.Sockets)
        {
            services.AddSingleton<IConnectionListenerFactory, SocketTransportFactory>();
            return;
        }

        services.AddSluiceTransport(options =>
        {
            options.Engine = kind == TransportKind.Fallback ? Engine.Sockets : Engine.Uring;
            options.ReactorCount = 2;
            options.ShutdownTimeout = TimeSpan.Zero;
            if (kind == TransportKind.UringInline)
                options.Scheduling = Scheduling.Inline;
        });
    }
}
