using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sluice.Tool.Commands;

/// <summary>
/// The help of a command with notes under it. The command's description stays one line, which is
/// what the list of all commands shows.
/// </summary>
internal sealed class HelpWithNotes : SynchronousCommandLineAction
{
    private readonly SynchronousCommandLineAction _help;
    private readonly string _notes;

    private HelpWithNotes(SynchronousCommandLineAction help, string notes)
    {
        _help = help;
        _notes = notes;
    }

    public static HelpOption Create(string notes)
    {
        var option = new HelpOption();
        option.Action = new HelpWithNotes((SynchronousCommandLineAction)option.Action!, notes);
        return option;
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.Write(_notes);
        return code;
    }
}
