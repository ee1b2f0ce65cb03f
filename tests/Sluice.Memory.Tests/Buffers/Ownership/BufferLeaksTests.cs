using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

public sealed class BufferLeaksTests
{
    // Sizes that no other test uses tell these leaks from those of others.
    private const int LeakedSize = 54_321;
    private const int CountedSize = 54_322;
    private const int SlicedSize = 54_323;
    private const int ToldSize = 54_325;

    [Fact]
    public void Found_BufferNeverDisposed_IsToldOfItsSize()
    {
        using var leaks = new LeakCollector();
        Leak(LeakedSize);
        CollectGarbage();

        BufferLeakEventArgs leak = Assert.Single(leaks.OfSize(LeakedSize));
        Assert.Equal(BufferTrace.IsEnabled, leak.AllocationStack is not null);
        Assert.Null(leak.ReleaseError);
    }

    [Fact]
    public void Found_WithTracing_NamesWhoAllocated()
    {
        Assert.SkipUnless(BufferTrace.IsEnabled, "Runs in the process that TracingTests starts.");
        using var leaks = new LeakCollector();
        Leak(LeakedSize);
        CollectGarbage();

        Assert.Contains(nameof(Leak), Assert.Single(leaks.OfSize(LeakedSize)).AllocationStack);
    }

    [Fact]
    public void Meter_BufferNeverDisposed_CountsItAndItsBytes()
    {
        long buffers = 0;
        long bytes = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, target) =>
        {
            if (instrument.Meter.Name == BufferLeaks.MeterName)
                target.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Interlocked.Add(
            ref instrument.Name == "sluice.buffers.leaked" ? ref buffers : ref bytes, value));
        listener.Start();

        Leak(CountedSize);
        CollectGarbage();

        Assert.True(buffers >= 1);
        Assert.True(bytes >= CountedSize);
    }

    [Fact]
    public void Release_WrappedAndNeverDisposed_IsCalledAndItsFailureTold()
    {
        using var leaks = new LeakCollector();
        LeakWrapped(static (_, _) => throw new InvalidOperationException("cannot release"));
        CollectGarbage();

        Assert.Contains(leaks.All, static leak => leak.ReleaseError?.Message == "cannot release");
    }

    [Fact]
    public void Found_AListenerThrows_OthersAreTold()
    {
        EventHandler<BufferLeakEventArgs> failing = static (_, leak) =>
        {
            if (leak.Size == ToldSize)
                throw new InvalidOperationException("cannot listen");
        };
        BufferLeaks.Found += failing;
        using var leaks = new LeakCollector();
        BufferLeaks.Report(ToldSize, null);
        BufferLeaks.Found -= failing;

        Assert.Single(leaks.OfSize(ToldSize));
    }

    [Fact]
    public void Found_SliceStillUsed_IsNotTold()
    {
        using var leaks = new LeakCollector();
        PlatformBuffer slice = SliceOfALostBuffer();
        CollectGarbage();

        slice.WriteInt32(1);
        Assert.Empty(leaks.OfSize(SlicedSize));
        GC.KeepAlive(slice);
    }

    [Fact]
    public void Found_BufferDisposed_IsNotTold()
    {
        const int Size = 54_324;
        using var leaks = new LeakCollector();
        AllocateAndDispose(Size);
        CollectGarbage();

        Assert.Empty(leaks.OfSize(Size));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leak(int size) => NativeBuffer.Allocate(size).WriteInt32(1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AllocateAndDispose(int size) => NativeBuffer.Allocate(size).Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PlatformBuffer SliceOfALostBuffer() =>
        NativeBuffer.Allocate(SlicedSize).Slice(8, 8);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void LeakWrapped(Action<nint, nuint> release)
    {
        nint memory = (nint)NativeMemory.Alloc(16);
        PlatformBuffer.Wrap(memory, 16, (address, size) =>
        {
            NativeMemory.Free((void*)address);
            release(address, size);
        }).WriteInt32(1);
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
