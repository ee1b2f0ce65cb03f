namespace Sluice.Reactors;

/// <summary>The kinds of operations that a reactor has in its ring.</summary>
internal enum OperationKind : byte
{
    None,
    Wake,
    Accept,
    Receive,
    Send,
    Cancel,
    Recall,
    Custom,
}
