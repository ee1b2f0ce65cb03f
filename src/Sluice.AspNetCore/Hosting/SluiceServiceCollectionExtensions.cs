using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sluice to the services of a host.</summary>
public static class SluiceServiceCollectionExtensions
{
    /// <summary>
    /// Makes Sluice the transport under Kestrel. Calls add up: each adds its options.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Null means the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSluiceTransport(
        this IServiceCollection services, Action<SluiceTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IValidateOptions<SluiceTransportOptions>, SluiceTransportOptionsValidator>());
        // Kestrel asks the transport that was added last first.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IConnectionListenerFactory, SluiceTransportFactory>());
        return services;
    }

    /// <summary>
    /// Makes Sluice the transport under Kestrel, with options from configuration, such as
    /// <c>builder.Configuration.GetSection("Sluice")</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// Keys are the names of the options, for example <c>Engine</c>, <c>ReactorCount</c> or
    /// <c>Listen:NoDelay</c>.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSluiceTransport(
        this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddSluiceTransport(options => configuration.Bind(options));
    }
}
