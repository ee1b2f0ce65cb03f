using System.Text;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>
/// Each rule finds what it is for, and leaves alone what looks like it. Bad samples are put
/// together from pieces, so that this file does not break the rules itself.
/// </summary>
public sealed class RuleTests
{
    private const string Task = "TO" + "DO";
    private const string Pragma = "#pragma warning" + " disable";
    private const string Suppress = "[Suppress" + "Message(\"A\", \"B\"";

    [Theory]
    [InlineData("text", 10, false)]
    [InlineData("te\0t", 10, true)]
    [InlineData("text", 256 * 1024 + 1, true)]
    public void NoBinary_NulOrTooLarge_IsFound(string start, int size, bool isBad) =>
        Check(TextRules.NoBinary, "a.txt", start.PadRight(size, ' '), isBad);

    [Theory]
    [InlineData("src/icon.png", 10 * 1024, false)]
    [InlineData("src/icon.png", (10 * 1024) + 1, true)]
    [InlineData("docs/icon.png", 10, true)]
    public void NoBinary_OtherThanTheSmallIcon_IsFound(string path, int size, bool isBad) =>
        Check(TextRules.NoBinary, path, "\0".PadRight(size), isBad);

    [Fact]
    public void NoBinary_LargeBenchmarkResult_IsAllowed() =>
        Check(TextRules.NoBinary, "bench/results/a.csv", new string('a', 300_000), isBad: false);

    [Theory]
    [InlineData("docs/images/a.png", 1000, false)]
    [InlineData("docs/images/a.png", 200 * 1024 + 1, true)]
    [InlineData("docs/images/a.dll", 1000, true)]
    [InlineData("src/a.png", 1000, true)]
    public void NoBinary_Pictures_AreAllowedInOneFolderOfABoundedSize(
        string path, int size, bool isBad) =>
        Check(TextRules.NoBinary, path, "\0".PadRight(size, ' '), isBad);

    [Theory]
    [InlineData("one\ntwo\n", false)]
    [InlineData("one \ntwo\n", true)]
    [InlineData("one\ttwo\n", true)]
    [InlineData("one\t\ntwo\n", true)]
    [InlineData("one\r\ntwo\n", true)]
    [InlineData("one\ntwo", true)]
    public void NoStrayBlanks_BlankTabOrCarriageReturn_IsFound(string text, bool isBad) =>
        Check(TextRules.NoStrayBlanks, "a.md", text, isBad);

    [Theory]
    [InlineData("// " + Task + "(#12): rename", false)]
    [InlineData("// " + Task + ": rename", true)]
    [InlineData("# FIX" + "ME", true)]
    [InlineData("/* HA" + "CK */", true)]
    [InlineData("a shackle", false)]
    public void NoUnnumberedTask_WithoutNumber_IsFound(string text, bool isBad) =>
        Check(TextRules.NoUnnumberedTask, "a.sh", text, isBad);

    [Theory]
    [InlineData("cd /wo" + "rk/main", true)]
    [InlineData("\"/ro" + "ot/.cache\"", true)]
    [InlineData("/ho" + "me/alice/code", true)]
    [InlineData("src/work/a.cs and ./root/b", false)]
    public void NoMachinePath_AbsolutePathOfOneMachine_IsFound(string text, bool isBad) =>
        Check(TextRules.NoMachinePath, "a.md", text, isBad);

    [Theory]
    [InlineData("a.cs", 100, false)]
    [InlineData("a.cs", 101, true)]
    [InlineData("a.md", 101, false)]
    public void LineLength_Above100Columns_IsFound(string path, int columns, bool isBad) =>
        Check(CSharpRules.LineLength, path, new string('a', columns) + "\n", isBad);

    [Theory]
    [InlineData("", 400, false)]
    [InlineData("", 401, true)]
    [InlineData("// Long: one row for each name of the kernel.\n", 400, false)]
    [InlineData("// Long:\n", 400, true)]
    public void FileLength_Above400WithoutReason_IsFound(string first, int lines, bool isBad)
    {
        string rest = string.Concat(Enumerable.Repeat("x\n", lines));
        Check(CSharpRules.FileLength, "a.cs", first + rest, isBad);
    }

    [Theory]
    [InlineData("src/A/B.cs", true)]
    [InlineData("tools/sluice/B.cs", false)]
    public void NoConsole_OutputInSource_IsFound(string path, bool isBad) =>
        Check(CSharpRules.NoConsole, path, "        Console.WriteLine(1);", isBad);

    [Theory]
    [InlineData("namespace N;\n\npublic sealed class B\n{\n    private enum C { D }\n}\n", false)]
    [InlineData("namespace N;\n\ninternal readonly ref struct B<T>\n", false)]
    [InlineData("public delegate void B(int a);\n", false)]
    [InlineData("var a = 1;\nreturn a;\n", false)]
    [InlineData("public class C\n{\n}\n", true)]
    [InlineData("public class B\n{\n}\n\ninternal enum C\n{\n}\n", true)]
    [InlineData("public class B\n{\n}\n\npublic record struct C(int D);\n", true)]
    public void OneTypeNamedLikeTheFile_SecondOrOtherType_IsFound(string text, bool isBad) =>
        Check(CSharpRules.OneTypeNamedLikeTheFile, "src/A/B.cs", text, isBad);

    [Theory]
    [InlineData(Pragma + " CA1031 // A handler's failure ends its connection only.", false)]
    [InlineData(Pragma + " CA1031", true)]
    [InlineData(Pragma + " CA1031, CA1032", true)]
    [InlineData(Suppress + ", Justification = \"The kernel's own name.\")]", false)]
    [InlineData(Suppress + ",\n    Justification = \"The kernel's own name.\")]", false)]
    [InlineData(Suppress + ")]\npublic string Justification = \"not of the attribute\"", true)]
    [InlineData(Suppress + ", Justification = \"\")]", true)]
    public void SuppressionsHaveReasons_WithoutReason_IsFound(string text, bool isBad) =>
        Check(CSharpRules.SuppressionsHaveReasons, "tests/a.cs", text, isBad);

    [Theory]
    [InlineData("<!-- Generated code. -->\n<NoWarn>CS1591</NoWarn>\n", false)]
    [InlineData("<Nullable>enable</Nullable>\n<NoWarn>CS1591</NoWarn>\n", true)]
    public void SuppressionsHaveReasons_InProject_IsFound(string text, bool isBad) =>
        Check(CSharpRules.SuppressionsHaveReasons, "src/A/A.csproj", text, isBad);

    [Theory]
    [InlineData("see [a](b.md)", false)]
    [InlineData("see [a](../README.md#terms) and [b](#here)", false)]
    [InlineData("see [a](https://example.org/x.md)", false)]
    [InlineData("see [a folder](deep/)", false)]
    [InlineData("see [a](missing.md)", true)]
    [InlineData("see [a](b.md) and [c](README.md)", true)]
    public void RelativeLinksExist_DeadLink_IsFound(string text, bool isBad) =>
        Check(
            file => LinkRules.RelativeLinksExist(file, ["README.md", "docs/b.md", "docs/deep/c"]),
            "docs/a.md",
            text,
            isBad);

    private static void Check(
        Func<TidyFile, IEnumerable<string>> rule, string path, string text, bool isBad)
    {
        var file = new TidyFile(path, Encoding.UTF8.GetBytes(text));
        string[] complaints = [.. rule(file)];
        Assert.True(isBad == complaints.Length > 0, string.Join('\n', complaints));
    }
}
