using System.Buffers;

namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>Runs a sequence of operations on a buffer, its slices and their models.</summary>
internal sealed unsafe class BufferRun
{
    private readonly List<(PlatformBuffer Actual, BufferModel Model)> _buffers = [];
    private readonly List<(MemoryHandle Pin, BufferModel Model, int Index)> _pins = [];
    private readonly bool _slicesKeepMemory;

    private BufferRun(BufferKind kind, int size, bool slicesKeepMemory)
    {
        PlatformBuffer actual = BufferFactory.Create(kind, size);
        byte[] memory = new byte[size];
        for (int i = 0; i < size; i++)
            memory[i] = (byte)("a\r\n\u0003\u0090z\u00C3"[i % 7] + (i / 7));
        actual.SetBytes(0, memory);
        _buffers.Add((actual, new BufferModel(memory, 0, size, null)));
        _slicesKeepMemory = slicesKeepMemory;
    }

    /// <returns>What went wrong; null if nothing did.</returns>
    public static string? Execute(
        BufferKind kind, int size, bool slicesKeepMemory, IReadOnlyList<Step> steps)
    {
        var run = new BufferRun(kind, size, slicesKeepMemory);
        try
        {
            for (int i = 0; i < steps.Count; i++)
            {
                if (run.Do(steps[i]) is { } wrong)
                    return $"step {i}, {steps[i]}: {wrong}";
            }

            return run.CompareBytes();
        }
        finally
        {
            run.End();
        }
    }

    private string? Do(Step step)
    {
        Operation operation = Operations.Get(step.Operation);
        (PlatformBuffer actual, BufferModel model) = _buffers[step.Buffer % _buffers.Count];
        (PlatformBuffer other, BufferModel otherModel) =
            _buffers[(int)((uint)step.B % (uint)_buffers.Count)];
        var arguments = new Arguments(step.A, step.B, _slicesKeepMemory, other, otherModel);
        bool wasEnded = model.IsEnded;
        object? expected = wasEnded ? null : operation.Model(model, arguments);
        object? result;
        try
        {
            result = operation.Actual(actual, arguments);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            result = new Failure(error.GetType());
        }

        if (wasEnded)
            return operation.Name == "Dispose" ? null : CheckEnded(result);

        return Compare(expected, result) ?? CompareCursors(actual, model)
            ?? Keep(actual, model, expected, result);
    }

    /// <summary>An argument that is wrong anyway may be found first.</summary>
    private static string? CheckEnded(object? result) =>
        result is Failure failure
            && (failure.Exception == typeof(ObjectDisposedException)
                || failure.Exception.IsAssignableTo(typeof(ArgumentException)))
            ? null
            : $"the buffer has ended, and there was {result ?? "no exception"}";

    private static string? Compare(object? expected, object? result)
    {
        bool isEqual = (expected, result) switch
        {
            (byte[] one, byte[] two) => one.AsSpan().SequenceEqual(two),
            (BufferModel, PlatformBuffer) or (int, MemoryHandle) => true,
            _ => Equals(expected, result),
        };
        return isEqual ? null : $"expected {expected ?? "null"}, was {result ?? "null"}";
    }

    private static string? CompareCursors(PlatformBuffer actual, BufferModel model)
    {
        if (model.IsEnded)
            return null;

        return (actual.Position, actual.Limit, actual.Capacity)
            == (model.Position, model.Limit, model.Capacity)
                ? null
                : $"position {actual.Position}, expected {model.Position}; "
                    + $"limit {actual.Limit}, expected {model.Limit}";
    }

    private string? Keep(
        PlatformBuffer actual, BufferModel model, object? expected, object? result)
    {
        if (result is PlatformBuffer slice)
        {
            _buffers.Add((slice, (BufferModel)expected!));
            return CompareCursors(slice, (BufferModel)expected!);
        }

        if (result is MemoryHandle pin)
            _pins.Add((pin, model, (int)expected!));
        return model.IsEnded ? null : CompareBytes(actual, model);
    }

    private string? CompareBytes()
    {
        foreach ((PlatformBuffer actual, BufferModel model) in _buffers)
        {
            if (!model.IsEnded && CompareBytes(actual, model) is { } wrong)
                return wrong;
        }

        // A pin holds the memory, whoever was disposed.
        foreach ((MemoryHandle pin, BufferModel model, int index) in _pins)
        {
            if (index < model.Capacity && *(byte*)pin.Pointer != model.Span(index, 1)[0])
                return $"the pinned byte {index} changed";
        }

        return null;
    }

    private static string? CompareBytes(PlatformBuffer actual, BufferModel model)
    {
        int mismatch = actual.AsSpan(0, actual.Limit)
            .CommonPrefixLength(model.Span(0, model.Limit));
        return mismatch == model.Limit ? null : $"the byte at {mismatch} differs";
    }

    private void End()
    {
        foreach ((PlatformBuffer actual, _) in _buffers)
            actual.Dispose();
        foreach ((MemoryHandle pin, _, _) in _pins)
            pin.Dispose();
    }
}
