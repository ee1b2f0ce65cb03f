using System.Net;
using System.Runtime.InteropServices;
using Sluice;
using Sluice.Leaky;
using Sluice.Sockets;

// An echo server with a defect that is chosen: what a soak has to find.
Defect defect = Enum.Parse<Defect>(args[0], ignoreCase: true);
var handler = new DefectiveEcho(defect);
var requested = new TaskCompletionSource();
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    requested.TrySetResult();
});
await using (var runtime = SluiceRuntime.Start(new SluiceOptions()))
{
    var local = new IPEndPoint(IPAddress.Loopback, 0);
    await using ConnectionServer server = await runtime.ServeAsync(local, handler.RunAsync);
    Console.WriteLine($"Serving echo on {server.EndPoint}");
    await requested.Task;
}

return defect == Defect.Code ? 3 : 0;
