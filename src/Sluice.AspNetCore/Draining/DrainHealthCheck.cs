using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sluice.AspNetCore.Draining;

/// <summary>Unhealthy until the host has started, and from the request to stop on.</summary>
internal sealed class DrainHealthCheck(DrainState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state switch
        {
            { IsReady: true } => HealthCheckResult.Healthy(),
            { IsDraining: true } => HealthCheckResult.Unhealthy("The node drains."),
            _ => HealthCheckResult.Unhealthy("The node has not started."),
        });
}
