using Microsoft.Extensions.Options;

namespace Sluice.AspNetCore.Draining;

/// <summary>Makes a bad option stop the host at its start, with the option's name.</summary>
internal sealed class DrainOptionsValidator : IValidateOptions<SluiceDrainOptions>
{
    public ValidateOptionsResult Validate(string? name, SluiceDrainOptions options) =>
        options.Problem is { } problem
            ? ValidateOptionsResult.Fail(problem)
            : ValidateOptionsResult.Success;
}
