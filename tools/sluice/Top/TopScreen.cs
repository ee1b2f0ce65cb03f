namespace Sluice.Tool.Top;

/// <summary>
/// The terminal while figures are shown: the other screen, without a cursor. Disposing it gives
/// the terminal back as it was.
/// </summary>
internal sealed class TopScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private readonly TextWriter _output;

    public TopScreen(TextWriter output)
    {
        _output = output;
        _output.Write(Enter);
        _output.Flush();
    }

    /// <summary>Shows a page over the one before, in one write, so that nothing flickers.</summary>
    public void Show(string page)
    {
        string text = page.TrimEnd().Replace("\n", $"{ClearLine}\n", StringComparison.Ordinal);
        _output.Write($"{Home}{text}{ClearLine}\n{ClearBelow}");
        _output.Flush();
    }

    public void Dispose()
    {
        _output.Write(Leave);
        _output.Flush();
    }
}
