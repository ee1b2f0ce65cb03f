using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Sluice.Tool.Serving;
using Sluice.Tool.Serving.Files;

namespace Sluice.Tool.Commands;

/// <summary><c>sluice serve</c>: ASP.NET Core on Sluice.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 8080;

    private const string Description =
        "Serves a directory over HTTP with ASP.NET Core on Sluice.";

    private const string Notes = """
        HTTP/1.1 and HTTP/2 share the port, without TLS by prior knowledge of the client.
        Besides the files there are:
          /plaintext  GET   13 bytes of text
          /json       GET   a small JSON object
          /bytes/N    GET   N bytes, up to 1048576
          /echo       POST  sends the body back, of any size
          /discard    POST  answers with the body's length
          /upload     POST  answers with the body's length and SHA-256
          /ws               a WebSocket that sends messages back

        Names that begin with a dot, and links that lead out of the directory, are not served.
        With --engine sockets it is Kestrel's own transport: the fair comparison.

        """;

    public static Command Create()
    {
        var command = new Command("serve", Description);
        var options = new CommonOptions(DefaultPort);
        Argument<string> directory = new("DIRECTORY")
        {
            Description = "The directory to serve.",
            DefaultValueFactory = static _ => ".",
        };
        Option<bool> tls = new("--tls")
        {
            Description = "HTTPS, with a certificate for localhost that is made at the start.",
        };
        Option<bool> dashboard = new("--dashboard")
        {
            Description = "A live page of figures at /sluice, for everybody who can connect.",
        };
        Option<bool> staticFiles = new("--static-files")
        {
            Description = "Files by ASP.NET Core's own middleware, to compare with.",
        };
        command.Arguments.Add(directory);
        command.Options.Add(tls);
        command.Options.Add(dashboard);
        command.Options.Add(staticFiles);
        options.AddTo(command);
        command.Options.Add(HelpWithNotes.Create(Notes));
        command.SetAction((arguments, _) =>
            RunAsync(
                options.Read(arguments) with
                {
                    UsesTls = arguments.GetValue(tls),
                    HasDashboard = arguments.GetValue(dashboard),
                    UsesStaticFiles = arguments.GetValue(staticFiles),
                },
                arguments.GetValue(directory)!));
        return command;
    }

    private static async Task<int> RunAsync(ServerSettings settings, string directory)
    {
        var root = FileRoot.Open(directory);
        using var termination = new Termination();
        using var logging = new PlainLoggerProvider(Console.Out, Console.Error);
        await using WebApplication application = ServeApplication.Build(settings, root, logging);
        await application.StartAsync();
        logging.ReportsFailures = true;
        // The second address is the HTTP/2 side of the same port.
        Console.WriteLine($"Serving {root.Path} on {application.Urls.First()}");
        await termination.Requested;
        logging.ReportsFailures = false;
        await application.StopAsync();
        return 0;
    }
}
