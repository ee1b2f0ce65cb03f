using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>
/// The server is in one network namespace and its clients are in another, and something happens to
/// the packets between them.
/// </summary>
/// <param name="name">As the table says it.</param>
/// <param name="fate">What happens.</param>
/// <param name="packetsMax">To how many packets; null: until the work is done.</param>
#pragma warning disable CA1001 // EndAsync takes away what a row has made.
internal sealed class NetworkFault(string name, PacketFate fate, int? packetsMax = null)
    : Fault(name)
#pragma warning restore CA1001
{
    private const string ServerAddress = "10.199.0.2";

    private NetworkNamespace? _clients;
    private NetworkNamespace? _servers;
    private PacketRelay? _relay;

    public override Func<Socket> NewSocket => () => _clients!.Run(static () =>
        new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        });

    public override bool MakesSense(FaultPhase phase) => phase != FaultPhase.Start;

    public override void Require() => NetworkNamespace.Require();

    public override async Task PrepareAsync()
    {
        string unique = $"sluice-{Environment.ProcessId}";
        _clients = await NetworkNamespace.CreateAsync($"{unique}-clients", "10.199.0.1/24");
        _servers = await NetworkNamespace.CreateAsync($"{unique}-servers", $"{ServerAddress}/24");
        _relay = new PacketRelay(_clients, _servers);
    }

    public override async Task EndAsync()
    {
        _relay?.Dispose();
        if (_clients is not null)
            await _clients.DisposeAsync();
        if (_servers is not null)
            await _servers.DisposeAsync();
    }

    public override ProcessStartInfo Start(string[] command) =>
        throw new InvalidOperationException(Name);

    public override ProcessStartInfo Serve(string[] command) =>
        Program(_servers!.Command([.. command, "--address", ServerAddress]));

    public override Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        _relay!.Target = new IPEndPoint(IPAddress.Parse(ServerAddress), server.EndPoint.Port);
        return Task.FromResult<FaultEffect>(new Effect(_relay, fate, packetsMax));
    }

    private sealed class Effect : FaultEffect
    {
        private readonly PacketRelay _relay;
        private readonly Task? _isEnough;
        private bool _wasMet;

        public Effect(PacketRelay relay, PacketFate fate, int? packetsMax)
        {
            _relay = relay;
            Task met = relay.BeginAsync(fate, packetsMax ?? 1);
            _isEnough = packetsMax is null ? null : met;
        }

        public override bool WasMet => _wasMet;

        public override Task MayEndAsync(Task former, Task work) => _isEnough ?? work;

        public override Task EndAsync()
        {
            _wasMet = _relay.End();
            return Task.CompletedTask;
        }
    }
}
