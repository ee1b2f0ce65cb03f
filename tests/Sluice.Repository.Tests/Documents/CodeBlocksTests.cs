namespace Sluice.Repository.Tests.Documents;

public sealed class CodeBlocksTests
{
    [Fact]
    public void Of_SeveralLanguages_ReturnsThoseAskedForInOrder()
    {
        const string markdown = "a\n```sh\none\n```\nb\n```csharp\nx\n\ny\n```\n```sh\ntwo\n```\n";
        Assert.Equal(["one\n", "two\n"], CodeBlocks.Of(markdown, "sh"));
        Assert.Equal(["x\n\ny\n"], CodeBlocks.Of(markdown, "csharp"));
    }
}
