using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sluice.Sockets;
using Sluice.Tool.Raw;

namespace Sluice.Tool.Commands;

/// <summary>
/// <c>sluice echo</c> and <c>sluice plaintext</c>: handlers of TCP connections on the runtime,
/// without ASP.NET Core.
/// </summary>
internal static class RawCommand
{
    private const int EchoPort = 7000;
    private const int PlaintextPort = 8080;

    public static Command CreateEcho() => Create(
        "echo",
        "Sends back what it gets, over TCP.",
        EchoPort,
        EchoHandler.RunAsync);

    public static Command CreatePlaintext() => Create(
        "plaintext",
        "Answers each HTTP/1.1 request with 13 bytes of text, without parsing it.",
        PlaintextPort,
        PlaintextHandler.RunAsync);

    private static Command Create(
        string name, string description, int port, Func<Connection, Task> handler)
    {
        var command = new Command(name, description);
        var options = new CommonOptions(port);
        options.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(name, options.Read(arguments), handler));
        return command;
    }

    private static async Task<int> RunAsync(
        string name, ServerSettings settings, Func<Connection, Task> handler)
    {
        using var termination = new Termination();
        using var logging = new PlainLoggerProvider(Console.Out, Console.Error);
        using ILoggerFactory loggers = LoggerFactory.Create(b => b.AddProvider(logging));
        var options = new SluiceOptions();
        settings.ApplyTo(options);
        await using var runtime = SluiceRuntime.Start(options, loggers);
        await using ConnectionServer server = await runtime.ServeAsync(settings.EndPoint, handler);
        logging.ReportsFailures = true;
        Console.WriteLine($"Serving {name} on {server.EndPoint}");
        await termination.Requested;
        logging.ReportsFailures = false;
        return 0;
    }
}
