namespace Sluice.Memory.Stress;

/// <summary>What to run, for how long, and from which seed.</summary>
/// <param name="Part">Which part of Sluice.Memory.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Seed">Of all random choices; the threads' timing is not in it.</param>
internal sealed record StressOptions(string Part, int Seconds, int Seed)
{
    private const string Usage = "Usage: --part buffers|vectors [--seconds 600] [--seed 1]";

    /// <exception cref="ArgumentException">The arguments are no options.</exception>
    public static StressOptions Parse(string[] args)
    {
        var options = new StressOptions("", 600, 1);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            options = args[i] switch
            {
                "--part" => options with { Part = value },
                "--seconds" => options with { Seconds = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                _ => throw new ArgumentException($"No such option: {args[i]}. {Usage}"),
            };
        }

        return options.Part is "buffers" or "vectors"
            ? options
            : throw new ArgumentException($"No such part: '{options.Part}'. {Usage}");
    }

    private static int Number(string value) =>
        int.TryParse(value, out int number) && number > 0
            ? number
            : throw new ArgumentException($"Not a positive number: '{value}'. {Usage}");
}
