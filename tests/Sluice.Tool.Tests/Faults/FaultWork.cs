using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>What clients do in a phase, before and after the fault has begun.</summary>
internal sealed class FaultWork(
    ToolProcess server, FaultPhase phase, Func<Socket>? newSocket) : IDisposable
{
    private const int LoadClients = 8;
    private const int ExchangesUnderFault = 10;

    private readonly List<EchoClient> _clients = [];
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource _faultHasBegun =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What goes on, or not, on connections that were there before the fault.</summary>
    public Task Former { get; private set; } = Task.CompletedTask;

    /// <summary>Brings the server into the phase.</summary>
    public async Task BeginAsync()
    {
        switch (phase)
        {
            case FaultPhase.Idle:
                EchoClient idle = NewClient();
                await idle.ExchangeAsync();
                _tasks.Add(LaterAsync(idle));
                break;
            case FaultPhase.Request or FaultPhase.Stop:
                _tasks.Add(await NewClient().BeginAsync(_faultHasBegun.Task));
                break;
            case FaultPhase.Load:
                for (int i = 0; i < LoadClients; i++)
                {
                    EchoClient client = NewClient();
                    await client.ExchangeAsync();
                    _tasks.Add(LoadAsync(client));
                }

                break;
        }
    }

    /// <summary>Goes on under the fault.</summary>
    /// <returns>Whether a connection failed with a reason.</returns>
    public async Task<bool> GoOnAsync()
    {
        Former = Task.WhenAll(_tasks);
        if (phase == FaultPhase.Stop)
            server.Signal(ToolProcess.SignalTerminate);
        else
            _tasks.Add(NewClient().ExchangeAsync());
        _faultHasBegun.SetResult();
        bool fails = false;
        foreach (Task task in _tasks)
        {
            try
            {
                await task;
            }
            catch (HttpRequestException)
            {
                fails = true;
            }
        }

        return fails;
    }

    public void Dispose() => _clients.ForEach(static client => client.Dispose());

    private EchoClient NewClient()
    {
        var client = new EchoClient(server.Url, ToolProcess.Patience, newSocket);
        _clients.Add(client);
        return client;
    }

    private async Task LaterAsync(EchoClient client)
    {
        await _faultHasBegun.Task;
        await client.ExchangeAsync();
    }

    private async Task LoadAsync(EchoClient client)
    {
        for (int left = ExchangesUnderFault; left > 0;)
        {
            bool counts = _faultHasBegun.Task.IsCompleted;
            await client.ExchangeAsync();
            if (counts)
                left--;
        }
    }
}
