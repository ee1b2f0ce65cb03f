using Microsoft.Extensions.Options;

namespace Sluice.AspNetCore;

/// <summary>Makes a bad option stop the host at its start, with the option's name.</summary>
internal sealed class SluiceTransportOptionsValidator : IValidateOptions<SluiceTransportOptions>
{
    public ValidateOptionsResult Validate(string? name, SluiceTransportOptions options)
    {
        try
        {
            options.ValidateAll();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException failure)
        {
            return ValidateOptionsResult.Fail(
                string.IsNullOrEmpty(name) ? failure.Message : $"'{name}': {failure.Message}");
        }
    }
}
