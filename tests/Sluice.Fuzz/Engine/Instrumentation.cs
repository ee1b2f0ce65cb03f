using System.Diagnostics.CodeAnalysis;
using Sluice.Fuzz.Engine;

namespace Microsoft.CodeAnalysis.Runtime;

/// <summary>
/// What code calls that the C# compiler has instrumented (<c>/instrument:TestCoverage</c>): each
/// method asks once for an array of its own, and sets an element before each of its statements.
/// The names are the compiler's.
/// </summary>
[ExcludeFromCodeCoverage]
public static class Instrumentation
{
    /// <summary>The array of a method whose statements are in one file.</summary>
    public static bool[] CreatePayload(
        Guid mvid, int methodIndex, int fileIndex, ref bool[]? payload, int payloadLength)
    {
        var made = new bool[payloadLength];
        bool[]? former = Interlocked.CompareExchange(ref payload, made, null);
        if (former is not null)
            return former;

        Coverage.Add(methodIndex, made);
        return made;
    }

    /// <summary>The same, for a method whose statements are in several.</summary>
    public static bool[] CreatePayload(
        Guid mvid, int methodIndex, int[] fileIndices, ref bool[]? payload, int payloadLength) =>
        CreatePayload(mvid, methodIndex, 0, ref payload, payloadLength);

    /// <summary>Called by nobody here; the compiler wants it to be there.</summary>
    public static void FlushPayload()
    {
    }
}
