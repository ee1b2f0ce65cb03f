using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Sluice.Tool.Commands;

/// <summary>The options that every server command has.</summary>
internal sealed class CommonOptions
{
    private const int ReactorsMax = 1024;

    private readonly Option<IPAddress> _address = new("--address")
    {
        Description = "The IP address to listen on.",
        DefaultValueFactory = static _ => IPAddress.Loopback,
        CustomParser = static result => ParseAddress(result),
    };

    private readonly Option<int>? _port;

    private readonly Option<Engine> _engine = new("--engine")
    {
        Description =
            "What moves the bytes. auto takes io_uring where it works and sockets where not.",
        HelpName = "auto|uring|sockets",
        DefaultValueFactory = static _ => Engine.Auto,
        CustomParser = static result => ParseName<Engine>(result),
    };

    private readonly Option<Scheduling> _scheduling = new("--scheduling")
    {
        Description =
            "Where handlers run: on the thread pool, or on the threads that do the I/O.",
        HelpName = "threadpool|inline",
        DefaultValueFactory = static _ => Scheduling.ThreadPool,
        CustomParser = static result => ParseName<Scheduling>(result),
    };

    private readonly Option<int> _reactors = new("--reactors")
    {
        Description = "The number of io_uring reactors; 0 means one per processor.",
        DefaultValueFactory = static _ => 0,
    };

    /// <summary>Makes the options.</summary>
    /// <param name="defaultPort">
    /// Where the server listens by default; null: on loopback, where the kernel likes, and there
    /// is no option.
    /// </param>
    public CommonOptions(int? defaultPort)
    {
        if (defaultPort is { } port)
        {
            _port = new("--port")
            {
                Description = "The TCP port to listen on; 0 lets the kernel choose.",
                DefaultValueFactory = _ => port,
            };
            _port.Validators.Add(static result => RequireRange(result, IPEndPoint.MaxPort));
        }

        _reactors.Validators.Add(static result => RequireRange(result, ReactorsMax));
    }

    public void AddTo(Command command)
    {
        if (_port is not null)
        {
            command.Options.Add(_address);
            command.Options.Add(_port);
        }

        command.Options.Add(_engine);
        command.Options.Add(_scheduling);
        command.Options.Add(_reactors);
    }

    public ServerSettings Read(ParseResult arguments) =>
        new(
            _port is null ? IPAddress.Loopback : arguments.GetValue(_address)!,
            _port is null ? 0 : arguments.GetValue(_port),
            arguments.GetValue(_engine),
            arguments.GetValue(_scheduling),
            arguments.GetValue(_reactors));

    private static void RequireRange(OptionResult result, int max)
    {
        if (result.Tokens.Count == 1
            && int.TryParse(result.Tokens[0].Value, out int value)
            && (uint)value > (uint)max)
        {
            result.AddError($"{result.Option.Name} must be from 0 to {max}.");
        }
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return address;

        result.AddError($"\"{text}\" is not an IP address.");
        return null;
    }

    private static T ParseName<T>(ArgumentResult result)
        where T : struct, Enum
    {
        string text = result.Tokens[0].Value;
        foreach (T value in Enum.GetValues<T>())
        {
            if (text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
                return value;
        }

        string names = string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();
        result.AddError($"\"{text}\" is not one of: {names}.");
        return default;
    }
}
