using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore;
using SocketTransportOptions =
    Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Sluice to the services of a host.</summary>
public static class SluiceServiceCollectionExtensions
{
    /// <summary>
    /// Makes Sluice the transport under Kestrel (<see cref="IConnectionListenerFactory"/>) and of
    /// outbound connections (<see cref="IConnectionFactory"/>). Each call adds its options.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Null means the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSluiceTransport(
        this IServiceCollection services, Action<SluiceTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddOptions(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => CreateRuntime(provider, Options.Options.DefaultName));
        // Kestrel asks the transport that was added last first.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IConnectionListenerFactory, SluiceTransportFactory>());
        services.TryAddSingleton<IConnectionFactory, SluiceConnectionFactory>();
        return services;
    }

    /// <summary>
    /// As <see cref="AddSluiceTransport(IServiceCollection, Action{SluiceTransportOptions}?)"/>,
    /// with options from configuration, such as
    /// <c>builder.Configuration.GetSection("Sluice")</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// Keys are the names of the options, for example <c>Engine</c>, <c>ReactorCount</c> or
    /// <c>Listen:NoDelay</c>. A key that is no option stops the host at its start.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSluiceTransport(
        this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddSluiceTransport(options => Bind(configuration, options));
    }

    /// <summary>
    /// Adds a transport of its own, with reactors and options of its own, as keyed services:
    /// <see cref="IConnectionListenerFactory"/> and <see cref="IConnectionFactory"/>. Kestrel does
    /// not use it. For what takes such factories by a key, as clusters do for their own traffic.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The key, and the name of the options.</param>
    /// <param name="configure">Sets options. Null means the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedSluiceTransport(
        this IServiceCollection services,
        string name,
        Action<SluiceTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        AddOptions(services, name, configure);
        services.TryAddKeyedSingleton(
            name, (provider, _) => CreateRuntime(provider, name));
        services.TryAddKeyedSingleton<IConnectionListenerFactory>(
            name,
            (provider, _) => ActivatorUtilities.CreateInstance<SluiceTransportFactory>(
                provider, provider.GetRequiredKeyedService<TransportRuntime>(name)));
        services.TryAddKeyedSingleton<IConnectionFactory>(
            name,
            (provider, _) => ActivatorUtilities.CreateInstance<SluiceConnectionFactory>(
                provider, provider.GetRequiredKeyedService<TransportRuntime>(name)));
        return services;
    }

    /// <summary>
    /// As <see cref="AddKeyedSluiceTransport(IServiceCollection, string,
    /// Action{SluiceTransportOptions}?)"/>, with options from configuration.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The key, and the name of the options.</param>
    /// <param name="configuration">See the overload without a name.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedSluiceTransport(
        this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddKeyedSluiceTransport(name, options => Bind(configuration, options));
    }

    private static void AddOptions(
        IServiceCollection services, string name, Action<SluiceTransportOptions>? configure)
    {
        services.AddOptions();
        if (configure is not null)
            services.Configure(name, configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IValidateOptions<SluiceTransportOptions>, SluiceTransportOptionsValidator>());
    }

    private static void Bind(IConfiguration configuration, SluiceTransportOptions options) =>
        configuration.Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);

    private static TransportRuntime CreateRuntime(IServiceProvider provider, string name) =>
        ActivatorUtilities.CreateInstance<TransportRuntime>(
            provider,
            provider.GetRequiredService<IOptionsMonitor<SluiceTransportOptions>>().Get(name));
}
