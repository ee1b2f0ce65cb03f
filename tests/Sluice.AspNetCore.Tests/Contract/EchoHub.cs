using Microsoft.AspNetCore.SignalR;

namespace Sluice.AspNetCore.Tests.Contract;

internal sealed class EchoHub : Hub
{
    public string Echo(string text) => text;

    public Task Tell(string text) => Clients.All.SendAsync("told", text);

    public async IAsyncEnumerable<int> Count(int to)
    {
        for (int i = 0; i < to; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }
}
