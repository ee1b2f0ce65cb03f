namespace Sluice.Tool.Serving;

/// <summary>What <c>/upload</c> answers.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
internal sealed record UploadReceipt(long Length, string Sha256);
