using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore;
using Sluice.AspNetCore.Draining;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a node leave a cluster without losing requests.</summary>
public static class SluiceDrainServiceCollectionExtensions
{
    /// <summary>
    /// From the request to stop on (SIGTERM, <c>StopAsync</c>) the host first reports that it is
    /// not ready and serves on, asking clients to leave; then it stops listening, lets requests
    /// and connections end, aborts what is left at the deadline, and ends. Above any transport.
    /// </summary>
    /// <param name="services">The services of a web application.</param>
    /// <param name="configure">Sets the times. Null means the defaults.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// Adds the health check <c>sluice-drain</c> with the tag <c>ready</c>; map it to a path with
    /// <c>app.MapHealthChecks("/ready")</c>. Replaces <see cref="HostOptions.ShutdownTimeout"/> by
    /// the sum of both times.
    /// </remarks>
    public static IServiceCollection AddSluiceDrain(
        this IServiceCollection services, Action<SluiceDrainOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<SluiceDrainOptions> options =
            services.AddOptions<SluiceDrainOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        if (services.Any(static service => service.ServiceType == typeof(DrainState)))
            return services;

        services.AddSingleton<DrainState>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IValidateOptions<SluiceDrainOptions>, DrainOptionsValidator>());
        services.AddHostedService<DrainService>();
        services.AddSingleton<IStartupFilter, DrainStartupFilter>();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("sluice-drain", tags: ["ready"]);
        services.AddOptions<HostOptions>().PostConfigure<IOptions<SluiceDrainOptions>>(
            static (host, drain) =>
                host.ShutdownTimeout = drain.Value.UnreadyTime + drain.Value.DrainTimeout);
        return services;
    }
}
