using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Sluice.AspNetCore;

namespace Microsoft.Extensions.Hosting;

/// <summary>Runs a host on Sluice.</summary>
public static class SluiceHostApplicationBuilderExtensions
{
    /// <summary>
    /// Makes Sluice the transport under Kestrel and the <c>IConnectionFactory</c> of the host, with
    /// options from the section <c>Sluice</c> of its configuration.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of host.</typeparam>
    /// <param name="builder">The host, a web application for instance.</param>
    /// <param name="configure">Sets options after the configuration. Null means none.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder UseSluice<TBuilder>(
        this TBuilder builder, Action<SluiceTransportOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddSluiceTransport(
                builder.Configuration.GetSection(SluiceWebHostBuilderExtensions.SectionName))
            .AddSluiceTransport(configure);
        return builder;
    }
}
