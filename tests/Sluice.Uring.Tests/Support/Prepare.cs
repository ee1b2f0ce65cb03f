namespace Sluice.Uring.Tests.Support;

/// <summary>Prepares one submission.</summary>
internal delegate void Prepare(Submission submission);
