using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sluice;

/// <summary>
/// Assertions about our own code, never about what a kernel, a peer or a caller can do. They
/// throw with the expression's text, and only in Debug builds.
/// </summary>
internal static class Invariant
{
    [Conditional("DEBUG")]
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string? expression = null)
    {
        if (!condition)
            throw new InvalidOperationException($"Broken invariant: {expression}");
    }
}
