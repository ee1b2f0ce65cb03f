using Sluice.Memory.Stress;
using Sluice.Memory.Stress.Buffers;
using Sluice.Memory.Stress.IoVectors;

// Sluice.Memory.Stress --part buffers|vectors --seconds 600 --seed 1
StressOptions options;
try
{
    options = StressOptions.Parse(args);
}
catch (ArgumentException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

if (options.Part == "vectors")
    return VectorStress.Run(TimeSpan.FromSeconds(options.Seconds), options.Seed);

var stress = new BufferStress(options, Console.Out);
return stress.Run() ? 0 : 1;
