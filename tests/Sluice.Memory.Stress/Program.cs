using Sluice.Memory.Stress;
using Sluice.Memory.Stress.Buffers;

// Sluice.Memory.Stress --part buffers --seconds 600 --seed 1
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

var stress = new BufferStress(options, Console.Out);
return stress.Run() ? 0 : 1;
