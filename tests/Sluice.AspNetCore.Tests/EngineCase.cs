namespace Sluice.AspNetCore.Tests;

/// <summary>Every engine under every scheduling; skips what cannot run here.</summary>
internal static class EngineCase
{
    public static TheoryData<Engine, Scheduling> All => new()
    {
        { Engine.Uring, Scheduling.ThreadPool },
        { Engine.Uring, Scheduling.Inline },
        { Engine.Sockets, Scheduling.ThreadPool },
        { Engine.Sockets, Scheduling.Inline },
    };

    public static async Task RequireAsync(Engine engine)
    {
        try
        {
            await SluiceRuntime.Start(new SluiceOptions { Engine = engine, ReactorCount = 1 })
                .DisposeAsync();
        }
        catch (PlatformNotSupportedException failure)
        {
            Assert.Skip(failure.Message);
        }
    }
}
