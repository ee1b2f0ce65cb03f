using System.Diagnostics.Metrics;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>The meter counts for the whole process.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryMetricsTests
{
    [Fact]
    public void Meter_SlabsComeAndGo_CountsThemAndTheirBytes()
    {
        using var heap = new IoHeap();
        (long slabs, long bytes) = Read();
        heap.Allocate(4096).Release();
        heap.Allocate(256 * 1024).Release();

        Assert.Equal((slabs + 2, bytes + heap.MappedBytes), Read());

        heap.Trim();

        Assert.Equal((slabs, bytes), Read());
    }

    private static (long Slabs, long Bytes) Read()
    {
        long slabs = -1;
        long bytes = -1;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == BufferLeaks.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == "sluice.heap.slabs")
                slabs = value;
            if (instrument.Name == "sluice.heap.mapped")
                bytes = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return (slabs, bytes);
    }
}
