namespace Sluice.Fuzz.Engine;

/// <summary>
/// Runs a target with one input after the other. An input that reaches what none has reached
/// before is kept, and is where others come from.
/// </summary>
internal sealed class Fuzzer
{
    private readonly FuzzTarget _target;
    private readonly FuzzRandom _random;
    private readonly Mutator _mutator;
    private readonly Features _features = new();
    private readonly HashSet<long> _seen = [];
    private readonly List<byte[]> _inputs = [];

    public Fuzzer(FuzzTarget target, ulong seed)
    {
        _target = target;
        _random = new FuzzRandom(seed);
        _mutator = new Mutator(target, _random);
    }

    /// <summary>Told each input before it is run: a run may end the process.</summary>
    public Action<byte[]>? Runs { get; init; }

    public long RunCount { get; private set; }

    /// <summary>What was reached, by all inputs together.</summary>
    public int FeatureCount => _seen.Count;

    /// <summary>The inputs that each reached something new.</summary>
    public IReadOnlyList<byte[]> Inputs => _inputs;

    /// <summary>Begins with inputs; each that reaches something new is kept.</summary>
    public FuzzFinding? Load(IEnumerable<byte[]> inputs)
    {
        foreach (byte[] input in inputs)
        {
            if (Try(input) is { } finding)
                return finding;
        }

        return null;
    }

    /// <summary>One run of an input that is made for it.</summary>
    /// <returns>The finding, or null.</returns>
    public FuzzFinding? Step()
    {
        // Newer ones have been changed less often.
        int from = _random.OneIn(2) ? _inputs.Count / 2 : 0;
        byte[] input = _inputs[from + _random.Below(_inputs.Count - from)];
        byte[] other = _inputs[_random.Below(_inputs.Count)];
        return Try(_mutator.Mutate(input, other));
    }

    /// <summary>What an input reaches; nothing if it shows a defect.</summary>
    public IReadOnlyCollection<long> Reach(byte[] input) =>
        Execute(input) is null ? [.. _features.Reached] : [];

    /// <summary>Runs an input once.</summary>
    public Exception? Execute(byte[] input)
    {
        Runs?.Invoke(input);
        RunCount++;
        _features.Clear();
        Exception? failure = null;
        try
        {
            _target.Run(input, _features);
        }
#pragma warning disable CA1031 // Whatever it is: the target did not expect it.
        catch (Exception found)
#pragma warning restore CA1031
        {
            failure = found;
        }

        Coverage.Drain(_features.Reached);
        return failure;
    }

    private FuzzFinding? Try(byte[] input)
    {
        Exception? failure = Execute(input);
        if (failure is not null)
            return new FuzzFinding(_target, input, failure);

        int before = _seen.Count;
        _seen.UnionWith(_features.Reached);
        if (_seen.Count != before || _inputs.Count == 0)
            _inputs.Add(input);
        return null;
    }
}
