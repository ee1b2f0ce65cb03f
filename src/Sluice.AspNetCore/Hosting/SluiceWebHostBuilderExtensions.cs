using Microsoft.Extensions.DependencyInjection;
using Sluice.AspNetCore;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Runs a web host on Sluice.</summary>
public static class SluiceWebHostBuilderExtensions
{
    internal const string SectionName = "Sluice";

    /// <summary>
    /// Makes Sluice the transport under Kestrel and the <c>IConnectionFactory</c> of the host, with
    /// options from the section <c>Sluice</c> of its configuration. The application stays as it
    /// is.
    /// </summary>
    /// <param name="builder">The web host, which uses Kestrel.</param>
    /// <param name="configure">Sets options after the configuration. Null means none.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// var builder = WebApplication.CreateBuilder(args);
    /// builder.WebHost.UseSluice();
    /// </code>
    /// </example>
    public static IWebHostBuilder UseSluice(
        this IWebHostBuilder builder, Action<SluiceTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices((context, services) => services
            .AddSluiceTransport(context.Configuration.GetSection(SectionName))
            .AddSluiceTransport(configure));
    }
}
