using Sluice.Tool.Top;

namespace Sluice.Tool.Tests.Top;

public sealed class TopScreenTests
{
    [Fact]
    public void Dispose_AfterPages_GivesTheTerminalBack()
    {
        using var output = new StringWriter();
        using (var screen = new TopScreen(output))
        {
            screen.Show("a\nb\n");
        }

        Assert.Equal(
            "\e[?1049h\e[?25l" + "\e[Ha\e[K\nb\e[K\n\e[J" + "\e[?25h\e[?1049l",
            output.ToString());
    }
}
