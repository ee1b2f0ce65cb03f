namespace Sluice.Fuzz.Engine;

/// <summary>Code that reads bytes of others, and an oracle that knows what it must say.</summary>
internal abstract class FuzzTarget
{
    /// <summary>As the command line says it; the corpus has the same name.</summary>
    public abstract string Name { get; }

    /// <summary>The longest input.</summary>
    public virtual int LengthMax => 512;

    /// <summary>How many runs are worth one of a plain parser: those with system calls.</summary>
    public virtual int Cost => 1;

    /// <summary>Sequences of bytes that mean something.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Inputs to begin with, at least one.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>An input of the right structure: a new one, or a changed one.</summary>
    public abstract byte[] Reshape(byte[] input, FuzzRandom random);

    /// <summary>Runs the code, and compares.</summary>
    /// <exception cref="FuzzFailure">They differ. Any other exception is a failure, too.
    /// </exception>
    public abstract void Run(ReadOnlySpan<byte> input, Features features);
}
