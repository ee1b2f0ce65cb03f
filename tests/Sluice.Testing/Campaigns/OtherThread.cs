namespace Sluice.Testing.Campaigns;

/// <summary>
/// A second thread of the program. Whoever gives it something to do waits until that is done, so
/// a simulation stays deterministic, and still the code runs where it is not at home.
/// </summary>
internal sealed class OtherThread : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _end = new(0);
    private Thread? _thread;
    private Action? _action;

    public void Run(Action action)
    {
        if (_thread is null)
        {
            _thread = new Thread(Loop) { IsBackground = true };
            _thread.Start();
        }

        _action = action;
        _begin.Release();
        _end.Wait();
    }

    public void Dispose()
    {
        if (_thread is not null)
        {
            _action = null;
            _begin.Release();
            _thread.Join();
        }

        _begin.Dispose();
        _end.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _begin.Wait();
            if (_action is null)
                return;
            _action();
            _end.Release();
        }
    }
}
