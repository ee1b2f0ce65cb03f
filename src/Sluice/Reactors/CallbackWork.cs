namespace Sluice.Reactors;

/// <summary>A callback to be run on a reactor's thread, once.</summary>
internal sealed class CallbackWork(Action<object?> callback, object? state) : ReactorWork
{
    internal override void Run() => callback(state);
}
