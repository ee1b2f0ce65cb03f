using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Servers;

/// <summary>
/// Something that happens in the middle of a reactor's turn: after it has looked at what others
/// asked for, and before it waits.
/// </summary>
internal sealed class MidTurn(ReactorLoop loop, Action action) : ReactorResource(loop)
{
    internal override bool TryPrepare()
    {
        action();
        return true;
    }

    internal override void OnCompletion(OperationKind kind, in Completion completion) =>
        throw new InvalidOperationException("It has no operations.");

    internal override void Run()
    {
    }
}
