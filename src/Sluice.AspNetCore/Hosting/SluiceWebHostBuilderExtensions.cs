using Microsoft.Extensions.DependencyInjection;
using Sluice.AspNetCore;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Runs a web host on Sluice.</summary>
public static class SluiceWebHostBuilderExtensions
{
    /// <summary>
    /// Makes Sluice the transport under Kestrel. The application stays as it is.
    /// </summary>
    /// <param name="builder">The web host, which uses Kestrel.</param>
    /// <param name="configure">Sets options. Null means the defaults.</param>
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
        return builder.ConfigureServices(services => services.AddSluiceTransport(configure));
    }
}
