using System.Text;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>A file as the rules see it.</summary>
/// <param name="path">Relative to the repository, with forward slashes.</param>
/// <param name="bytes">All of it.</param>
internal sealed class TidyFile(string path, byte[] bytes)
{
    public string Path { get; } = path;

    public int Size => bytes.Length;

    public bool IsBinary => bytes.AsSpan().Contains((byte)0);

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public string Text { get; } = Encoding.UTF8.GetString(bytes);

    /// <summary>The lines; a final newline does not start another one.</summary>
    public string[] Lines =>
        Text.EndsWith('\n') ? Text[..^1].Split('\n') : Text.Split('\n');
}
