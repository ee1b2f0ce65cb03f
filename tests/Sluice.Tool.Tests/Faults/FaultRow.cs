using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>Runs one fault through the phases.</summary>
internal static class FaultRow
{
    public static readonly string[] Command =
        [ToolProcess.Path, "serve", AppContext.BaseDirectory, "--port", "0", "--reactors", "2"];

    /// <returns>The outcomes, in the order of <see cref="FaultPhase"/>.</returns>
    public static async Task<string[]> RunAsync(Fault fault)
    {
        string start = fault.MakesSense(FaultPhase.Start)
            ? await StartAsync(fault)
            : FaultOutcome.Senseless;
        await using ToolProcess server = ToolProcess.Launch(fault.Serve(Command));
        Assert.True(await server.ListensAsync(), server.Errors);
        await AnswersAsync(fault, server); // .NET loads what a request takes
        return
        [
            start,
            await RunAsync(fault, server, FaultPhase.Idle),
            await RunAsync(fault, server, FaultPhase.Request),
            await RunAsync(fault, server, FaultPhase.Load),
            await RunAsync(fault, server, FaultPhase.Stop),
        ];
    }

    private static async Task<string> StartAsync(Fault fault)
    {
        await using ToolProcess server = ToolProcess.Launch(fault.Start(Command));
        fault.OnStarted(server);
        string outcome;
        if (await server.ListensAsync())
        {
            outcome = server.Output.StartsWith("Sluice runs on Sockets: ", StringComparison.Ordinal)
                ? FaultOutcome.OnSockets
                : FaultOutcome.NothingLost;
            await AnswersAsync(fault, server);
            server.Signal(ToolProcess.SignalTerminate);
            Assert.Equal(0, await server.WaitAsync());
        }
        else
        {
            outcome = FaultOutcome.ClearError;
            Assert.Equal(1, await server.WaitAsync());
            string[] lines = [.. server.Errors.Split('\n')
                .Where(line => !line.StartsWith("strace: ", StringComparison.Ordinal))];
            Assert.StartsWith("sluice: ", Assert.Single(lines), StringComparison.Ordinal);
        }

        return fault.WasMetAtStart() ? outcome : FaultOutcome.NotCalled;
    }

    private static async Task<string> RunAsync(Fault fault, ToolProcess server, FaultPhase phase)
    {
        if (!fault.MakesSense(phase))
            return FaultOutcome.Senseless;

        using var clients = new FaultWork(server, phase, fault.NewSocket);
        await clients.BeginAsync();
        FaultEffect effect = await fault.BeginAsync(server);
        Task<bool> fails = clients.GoOnAsync();
        Task work = phase == FaultPhase.Stop ? StoppedAsync(server, fails) : fails;
        await effect.MayEndAsync(clients.Former, work);
        await effect.EndAsync();
        await work;
        if (phase != FaultPhase.Stop)
            await AnswersAsync(fault, server);
        if (!effect.WasMet)
            return FaultOutcome.NotCalled;
        return await fails ? FaultOutcome.ConnectionFails : FaultOutcome.NothingLost;
    }

    private static async Task StoppedAsync(ToolProcess server, Task<bool> fails)
    {
        Assert.False(await fails, $"The stop broke a request: {server.Errors}");
        Assert.Equal(0, await server.WaitAsync());
    }

    private static async Task AnswersAsync(Fault fault, ToolProcess server)
    {
        using var client = new EchoClient(server.Url, ToolProcess.Patience, fault.NewSocket);
        await client.ExchangeAsync();
        await await client.BeginAsync(Task.CompletedTask);
    }
}
