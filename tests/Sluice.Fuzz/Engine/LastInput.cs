using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Sluice.Fuzz.Engine;

/// <summary>
/// The input that runs, in a file that outlives the process: for what ends it, or never ends.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private const int Capacity = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _watch;
    private long _count;
    private long _countSeen;

    public LastInput(FuzzTarget target)
    {
        FilePath = Path.Combine(
            Path.GetTempPath(), $"sluice-fuzz-{Environment.ProcessId}-{target.Name}");
        _file = MemoryMappedFile.CreateFromFile(FilePath, FileMode.Create, null, Capacity);
        _view = _file.CreateViewAccessor();
        _watch = new Timer(_ => Look(), null, Patience, Patience);
    }

    public string FilePath { get; }

    /// <summary>Reads what such a file holds.</summary>
    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes.AsSpan(4, BinaryPrimitives.ReadInt32LittleEndian(bytes)).ToArray();
    }

    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(4, input, 0, input.Length);
        _count++;
    }

    public void Dispose()
    {
        _watch.Dispose();
        _view.Dispose();
        _file.Dispose();
        File.Delete(FilePath);
    }

    private void Look()
    {
        long count = Volatile.Read(ref _count);
        if (count != _countSeen || count == 0)
        {
            _countSeen = count;
            return;
        }

        Console.WriteLine($"A run does not end. Its input: --file {FilePath}");
        Environment.Exit(1);
    }
}
