using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>Prepares one operation, on a reactor's thread.</summary>
/// <param name="submission">The entry; valid during the call.</param>
/// <param name="state">What was passed along.</param>
public delegate void OperationPreparer(Submission submission, object? state);
