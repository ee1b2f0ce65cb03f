using System.CommandLine;
using System.Diagnostics;
using Sluice.Testing.Campaigns;
using Sluice.Testing.Simulation;

// simulate --seed N [--connections N] [--steps N] [--faults N] [--trace]
// simulate campaign [--connections N] [--first-seed N] [--threads N] …
// Code 0: no rule was broken; 1: one was; 2: a rule of coverage was.
var seed = new Option<ulong>("--seed")
{
    Description = "The seed to run.",
    Required = true,
};
var connections = Limit("--connections", "At most so many connections.");
var steps = Limit("--steps", "Stop the program after so many turns.");
var faults = Limit("--faults", "No more faults after so many.");
var trace = new Option<bool>("--trace") { Description = "Print all that happened." };
var root = new RootCommand("Runs programs over the simulated kernel, from a seed.")
{
    seed, connections, steps, faults, trace,
};
root.SetAction(line => Replay(
    line.GetValue(seed),
    new SimulationLimits(
        line.GetValue(connections),
        line.GetValue(steps),
        line.GetValue(faults),
        line.GetValue(trace))));
root.Subcommands.Add(CampaignCommand());
return root.Parse(args).Invoke();

static Option<int> Limit(string name, string description) => new(name)
{
    Description = description,
    DefaultValueFactory = _ => int.MaxValue,
};

static int Replay(ulong seed, SimulationLimits limits)
{
    Exception? failure = SimulationFactory.Run(seed, limits, null, out string trace);
    Console.Write(trace);
    Console.WriteLine(failure is null ? $"Seed {seed} breaks no rule." : failure.ToString());
    return failure is null ? 0 : 1;
}

static Command CampaignCommand()
{
    var defaults = new CampaignOptions();
    var connections = new Option<long>("--connections")
    {
        Description = "How many connections.",
        DefaultValueFactory = _ => defaults.Connections,
    };
    var firstSeed = new Option<ulong>("--first-seed")
    {
        Description = "The seed to begin with.",
        DefaultValueFactory = _ => defaults.FirstSeed,
    };
    var threads = new Option<int>("--threads")
    {
        Description = "How many threads.",
        DefaultValueFactory = _ => defaults.Threads,
    };
    var command = new Command("campaign", "Runs seed after seed until one breaks a rule.")
    {
        connections, firstSeed, threads,
    };
    command.SetAction(line => RunCampaign(defaults with
    {
        Connections = line.GetValue(connections),
        FirstSeed = line.GetValue(firstSeed),
        Threads = line.GetValue(threads),
    }));
    return command;
}

static int RunCampaign(CampaignOptions options)
{
    long started = Stopwatch.GetTimestamp();
    var campaign = new Campaign(options);
    CampaignFailure? failure = campaign.Run();
    double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    Console.WriteLine(campaign.Coverage);
    Console.WriteLine(failure is null
        ? $"No rule was broken in {seconds:F1} s."
        : $"{failure}\nFound after {seconds:F1} s.");
    return failure is null ? 0 : 1;
}
