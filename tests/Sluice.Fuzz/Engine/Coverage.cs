using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Sluice.Fuzz.Engine;

/// <summary>Which statements of the fuzzed code have run since the last look.</summary>
[ExcludeFromCodeCoverage]
internal static class Coverage
{
    private const int MethodTable = 0x06000000;
    private const int StatementBits = 16;

    private static readonly Lock Gate = new();
    private static readonly List<(string Method, bool[] Ran)> Methods = [];

    /// <summary>The methods that have run at all.</summary>
    public static string[] MethodNames
    {
        get
        {
            lock (Gate)
                return [.. Methods.Select(static entry => entry.Method)];
        }
    }

    /// <summary>Takes in a method; those of the fuzzer and its oracles are no feedback.
    /// </summary>
    public static void Add(int index, bool[] ran)
    {
        MethodBase? method = typeof(Coverage).Module.ResolveMethod(MethodTable | index);
        string type = method?.DeclaringType?.FullName ?? "";
        bool isFuzzer = type.StartsWith("Sluice.Fuzz.", StringComparison.Ordinal)
            && !type.StartsWith("Sluice.Fuzz.Toys.", StringComparison.Ordinal);
        if (isFuzzer || !type.StartsWith("Sluice.", StringComparison.Ordinal))
            return;

        lock (Gate)
            Methods.Add(($"{type}.{method?.Name}", ran));
    }

    /// <summary>Adds the statements that have run, and forgets them.</summary>
    public static void Drain(HashSet<long> features)
    {
        lock (Gate)
        {
            for (int i = 0; i < Methods.Count; i++)
                Drain(i, Methods[i].Ran, features);
        }
    }

    private static void Drain(int method, bool[] ran, HashSet<long> features)
    {
        int from = 0;
        int found;
        while ((found = ran.AsSpan(from).IndexOf(true)) >= 0)
        {
            ran[from + found] = false;
            features.Add(((long)method << StatementBits) | (uint)(from + found));
            from += found + 1;
        }
    }
}
