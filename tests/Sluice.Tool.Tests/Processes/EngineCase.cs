using Xunit.Sdk;

namespace Sluice.Tool.Tests.Processes;

/// <summary>Every engine under every scheduling, as the command's options.</summary>
internal static class EngineCase
{
    public static TheoryData<string, string> All => new()
    {
        { "uring", "threadpool" },
        { "uring", "inline" },
        { "sockets", "threadpool" },
        { "sockets", "inline" },
    };

    /// <summary>Skips where the engine does not run.</summary>
    public static async Task RequireAsync(string engine)
    {
        try
        {
            await SluiceRuntime
                .Start(new SluiceOptions { Engine = Enum.Parse<Engine>(engine, ignoreCase: true) })
                .DisposeAsync();
        }
        catch (PlatformNotSupportedException failure)
        {
            throw SkipException.ForSkip(failure.Message);
        }
    }
}
