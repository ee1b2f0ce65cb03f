using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sluice.Tool.Load;

namespace Sluice.Tool.Commands;

/// <summary><c>sluice load</c>: loads a server and says how it answered.</summary>
internal static class LoadCommand
{
    private const int ConnectionsMax = 100_000;
    private const int DepthMax = 1024;
    private const int RateMax = 10_000_000;
    private const int SecondsMax = 86_400;
    private const int BytesMax = 64 * 1024 * 1024;
    private const int FrameBytesMax = 65_535;

    private static readonly Argument<Uri> Address = new("address")
    {
        Description =
            "http://, https:// or ws://HOST:PORT/PATH, or tcp://HOST:PORT; the last two must send "
            + "back what they get.",
        CustomParser = static result =>
            Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https" or "ws" or "tcp"
                ? address
                : throw new UserErrorException(
                    $"\"{result.Tokens[0].Value}\" is not an address of http, https, ws or tcp."),
    };

    private static readonly Option<int> Connections = Number(
        "--connections", "How many connections.", 64, 1, ConnectionsMax);

    private static readonly Option<int> Depth = Number(
        "--depth", "Requests that each connection sends in one go.", 1, 1, DepthMax);

    private static readonly Option<int> Rate = Number(
        "--rate",
        "Requests per second in all, evenly spaced; their times count from when they were due. "
        + "0 means the next as soon as one is answered.",
        0,
        0,
        RateMax);

    private static readonly Option<int> Seconds = Number(
        "--seconds", "How long to measure.", 5, 1, SecondsMax);

    private static readonly Option<int> WarmUp = Number(
        "--warm-up", "Seconds of load before that.", 1, 0, SecondsMax);

    private static readonly Option<int> Bytes = Number(
        "--bytes",
        "The length of a message, or of the body of a POST; without it requests are GET.",
        0,
        0,
        BytesMax);

    private static readonly Option<int?> Cpu = new("--cpu")
    {
        Description = "The processor to run on. By default the scheduler chooses.",
    };

    private static readonly Option<int?> Process = new("--process")
    {
        Description = "The server's process on this machine: also say what CPU time it spent.",
    };

    private static readonly Option<bool> HttpTwo = new("--http2")
    {
        Description = "HTTP/2 instead of HTTP/1.1; without TLS by prior knowledge.",
    };

    private static readonly Option<bool> Idle = new("--idle")
    {
        Description =
            "Exchange once on each connection, say so, and leave them idle until the input ends.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one line of JSON. Times are in microseconds.",
    };

    public static Command Create()
    {
        var command = new Command("load", "Loads a server and says how it answered.")
        {
            Address, Connections, Depth, Rate, Seconds, WarmUp, Bytes, Cpu, Process, HttpTwo,
            Idle, Json,
        };
        command.SetAction(static (arguments, _) => RunAsync(arguments));
        return command;
    }

    /// <summary>Refuses a number outside of a range.</summary>
    public static void RequireRange(OptionResult result, int min, int max)
    {
        if (result.Tokens.Count == 1
            && int.TryParse(result.Tokens[0].Value, out int value)
            && (value < min || value > max))
        {
            result.AddError($"{result.Option.Name} must be from {min} to {max}.");
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments)
    {
        Uri address = arguments.GetRequiredValue(Address);
        IPEndPoint server = await ResolveAsync(address);
        int bytes = arguments.GetValue(Bytes);
        var settings = new LoadSettings
        {
            Server = server,
            Connections = arguments.GetValue(Connections),
            Depth = arguments.GetValue(Depth),
            Rate = arguments.GetValue(Rate),
            WarmUp = TimeSpan.FromSeconds(arguments.GetValue(WarmUp)),
            Duration = TimeSpan.FromSeconds(arguments.GetValue(Seconds)),
            Cpu = arguments.GetValue(Cpu),
            ServerProcess = arguments.GetValue(Process),
        };
        if (arguments.GetValue(Idle))
            return await HoldAsync(settings, Learn(address, server, bytes));

        bool needsClient = address.Scheme == "https" || arguments.GetValue(HttpTwo);
        if (needsClient)
            RequirePlainLoad(address, settings, bytes);
        LoadReport report = needsClient
            ? await HttpClientLoad.RunAsync(address, settings, arguments.GetValue(HttpTwo))
            : await LoadRun.MeasureAsync(settings, Learn(address, server, bytes));
        Console.WriteLine(arguments.GetValue(Json)
            ? JsonSerializer.Serialize(report, LoadReportJson.Default.LoadReport)
            : Describe(report, settings.Rate > 0));
        return 0;
    }

    private static void RequirePlainLoad(Uri address, LoadSettings settings, int bytes)
    {
        if (address.Scheme is not ("http" or "https"))
            throw new UserErrorException("--http2 is for http and https.");
        if (settings is not { Depth: 1, Rate: 0, Cpu: null } || bytes > 0)
        {
            throw new UserErrorException(
                "--depth, --rate, --bytes and --cpu are for HTTP/1.1 without TLS.");
        }
    }

    private static async Task<int> HoldAsync(LoadSettings settings, Exchange exchange)
    {
        _ = await LoadRun.HoldAsync(settings, exchange, () =>
        {
            Console.WriteLine($"{settings.Connections} connections are idle.");
            while (Console.ReadLine() is not null)
            {
            }
        });
        return 0;
    }

    private static Exchange Learn(Uri address, IPEndPoint server, int bytes)
    {
        const int DefaultMessage = 32;
        int message = bytes == 0 ? DefaultMessage : bytes;
        if (address.Scheme == "http")
            return ExchangeProbe.LearnHttp(server, address, bytes);
        if (address.Scheme == "tcp")
            return ExchangeProbe.Echo(message);
        if (message > FrameBytesMax)
            throw new UserErrorException($"A message may have {FrameBytesMax} bytes at most.");
        return ExchangeProbe.LearnWebSocket(server, address, message);
    }

    private static async Task<IPEndPoint> ResolveAsync(Uri address)
    {
        if (address.Port < 0)
            throw new UserErrorException($"\"{address}\" has no port.");
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(address.DnsSafeHost);
            return new IPEndPoint(found[0], address.Port);
        }
        catch (SocketException failure)
        {
            throw new UserErrorException(
                $"\"{address.Host}\" has no address: {failure.Message}.", failure);
        }
    }

    private static string Describe(LoadReport report, bool hasRate)
    {
        List<string> lines =
        [
            FormattableString.Invariant(
                $"{report.Requests:N0} requests in {report.Seconds:F2} s: ")
            + FormattableString.Invariant($"{report.RequestsPerSecond:N0}/s"),
            FormattableString.Invariant($"time, us: p50 {report.P50:N0}, p90 {report.P90:N0}, ")
            + FormattableString.Invariant($"p99 {report.P99:N0}, p99.9 {report.P999:N0}, ")
            + FormattableString.Invariant($"max {report.Max:N0}"),
        ];
        if (hasRate)
            lines.Add(FormattableString.Invariant($"delayed by an answer: {report.Delayed:N0}"));
        if (report.ServerCpu is { } cpu)
            lines.Add(FormattableString.Invariant($"the server's CPU, us per request: {cpu:F3}"));
        return string.Join('\n', lines);
    }

    private static Option<int> Number(
        string name, string description, int defaultValue, int min, int max)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            DefaultValueFactory = _ => defaultValue,
        };
        option.Validators.Add(result => RequireRange(result, min, max));
        return option;
    }
}
