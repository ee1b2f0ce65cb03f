namespace Sluice.Memory;

/// <summary>How a shared memory object is made.</summary>
public sealed class SharedMemoryOptions
{
    /// <summary>
    /// What it is made of. A backend other than <see cref="SharedMemoryBackend.Auto"/> fails
    /// where it does not work. Defaults to <see cref="SharedMemoryBackend.Auto"/>.
    /// </summary>
    public SharedMemoryBackend Backend { get; set; }

    /// <summary>
    /// A name for people: <c>/proc/PID/fd</c> shows that of a memfd. It need not be unique.
    /// Of a longer one the 249 bytes are taken that the kernel has room for. Defaults to "sluice".
    /// </summary>
    public string Name { get; set; } = "sluice";

    /// <summary>
    /// Whether a memfd asks for huge pages; its size is rounded up to whole ones. Where there are
    /// none, ordinary pages are taken: <see cref="SharedMemory.HasHugePages"/> tells. Defaults to
    /// false.
    /// </summary>
    public bool HugePages { get; set; }

    /// <summary>
    /// Whether POSIX objects and temporary files take their space when it is first touched. If
    /// there is none then, the process ends by a signal, which is why all space is taken at
    /// once, also by <see cref="SharedMemory.Resize"/>, unless this is true. A memfd always takes
    /// it late: it has no limit of its own.
    /// Defaults to false.
    /// </summary>
    public bool IsSparse { get; set; }

    /// <summary>
    /// Where temporary files are made; null is the system's folder for them. Defaults to null.
    /// </summary>
    public string? TemporaryDirectory { get; set; }
}
