namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Runs small concurrent programs in every order that their steps can have.</summary>
internal static class Interleavings
{
    /// <summary>Runs each order from a fresh start.</summary>
    /// <param name="start">
    /// Makes the threads of one run: each step of an iterator is one atomic step. The last
    /// element, which is run alone when all have ended, checks what is left.
    /// </param>
    /// <returns>How many orders there are.</returns>
    public static int RunAll(Func<(IEnumerator<int>[] Threads, Action Check)> start)
    {
        int count = 0;
        List<int>? choices = [];
        while (choices is not null)
        {
            (IEnumerator<int>[] threads, Action check) = start();
            List<int[]> open = Run(threads, choices);
            check();
            count++;
            choices = Next(choices, open);
        }

        return count;
    }

    // Follows the choices, then takes the first thread that can run; says who could have run.
    private static List<int[]> Run(IEnumerator<int>[] threads, List<int> choices)
    {
        var runnable = new List<int>(Enumerable.Range(0, threads.Length));
        var open = new List<int[]>();
        while (runnable.Count > 0)
        {
            if (open.Count == choices.Count)
                choices.Add(0);
            int thread = runnable[choices[open.Count]];
            open.Add([.. runnable]);
            if (!threads[thread].MoveNext())
                runnable.Remove(thread);
        }

        return open;
    }

    private static List<int>? Next(List<int> choices, List<int[]> open)
    {
        for (int i = choices.Count - 1; i >= 0; i--)
        {
            if (choices[i] + 1 < open[i].Length)
                return [.. choices.Take(i), choices[i] + 1];
        }

        return null;
    }
}
