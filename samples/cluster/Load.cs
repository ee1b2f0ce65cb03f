using System.Diagnostics;

namespace Cluster;

/// <summary>
/// Sends requests over connections that are kept, one at a time on each, and counts what failed:
/// everything but an answer 200. Nothing is tried again, so nothing is hidden.
/// </summary>
internal static class Load
{
    public static async Task<int> RunAsync(Uri address, string[] args)
    {
        IConfiguration options = new ConfigurationBuilder().AddCommandLine(args).Build();
        int connections = options.GetValue("connections", 32);
        long failuresMax = options.GetValue("failures-max", 0L);
        var duration = TimeSpan.FromSeconds(options.GetValue("seconds", 60));
        var clock = Stopwatch.StartNew();

        LoadClient[] clients =
            [.. Enumerable.Range(0, connections).Select(_ => new LoadClient(address, clock))];
        await Task.WhenAll(clients.Select(client => client.RunAsync(duration)));

        long requests = clients.Sum(client => client.Requests);
        long failed = clients.Sum(client => client.Failures);
        foreach (var kind in clients.SelectMany(client => client.Kinds).CountBy(kind => kind.What))
            Console.WriteLine($"  {kind.Value} x {kind.Key}");
        if (failed != 0)
        {
            IEnumerable<TimeSpan> times =
                clients.SelectMany(client => client.Kinds).Select(kind => kind.At);
            Console.WriteLine(
                $"  from {times.Min().TotalSeconds:F2} s to {times.Max().TotalSeconds:F2} s");
        }

        foreach (var node in clients.SelectMany(client => client.Answers)
            .GroupBy(answer => answer.Key, answer => answer.Value)
            .OrderBy(node => node.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {node.Key} answered {node.Sum()}");
        }

        Console.WriteLine(
            $"{requests} requests over {connections} connections in "
            + $"{clock.Elapsed.TotalSeconds:F1} s: {failed} failed, "
            + $"at most {clients.Max(client => client.Failures)} on one connection.");
        return requests > 0 && failed <= failuresMax ? 0 : 1;
    }
}
