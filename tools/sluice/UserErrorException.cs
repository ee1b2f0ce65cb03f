namespace Sluice.Tool;

/// <summary>
/// What the user can put right. Its message is one sentence and is all that is shown.
/// </summary>
internal sealed class UserErrorException(string message, Exception? cause = null)
    : Exception(message, cause);
