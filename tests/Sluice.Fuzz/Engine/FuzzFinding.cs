namespace Sluice.Fuzz.Engine;

/// <summary>An input that shows a defect.</summary>
internal sealed record FuzzFinding(FuzzTarget Target, byte[] Input, Exception Failure)
{
    /// <summary>The same defect, whatever the input.</summary>
    public bool IsSame(Exception? other) =>
        other?.GetType() == Failure.GetType()
        && (other as FuzzFailure)?.Rule == (Failure as FuzzFailure)?.Rule;

    /// <summary>For a person: what is wrong, and how to see it again.</summary>
    public override string ToString() =>
        $"""
        {Target.Name}: {Failure}
        With {Input.Length} bytes. To run them again:
          dotnet run --project tests/Sluice.Fuzz -c Release -- {Target.Name} --input "{Hex}"
        """;

    private string Hex => Convert.ToHexStringLower(Input);
}
