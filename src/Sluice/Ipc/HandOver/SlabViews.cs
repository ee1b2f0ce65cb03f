using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>The slabs of a sender, each mapped once, when the first block of it comes.</summary>
/// <remarks>
/// A slab is announced before its first block is sent, so it is there when it is needed; if it is
/// not, the sender broke the rules, and nobody waits for it. For one thread at a time.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class SlabViews(DescriptorChannel channel, SharedVectorReceiverOptions options)
    : IDisposable
{
    private readonly byte[] _message = new byte[SlabAnnouncement.Size];
    private SlabView?[] _views = new SlabView?[4];
    private long _mappedBytes;

    /// <summary>The view of a slab.</summary>
    /// <param name="number">As the sender says; anything.</param>
    /// <exception cref="SharedChannelException">There is none.</exception>
    public SlabView Get(uint number)
    {
        SlabView?[] views = _views;
        return number < (uint)views.Length && views[number] is { } view ? view : Await(number);
    }

    /// <summary>Ends a view.</summary>
    /// <exception cref="SharedChannelException">There is none, or blocks of it are out.
    /// </exception>
    public void Forget(uint number)
    {
        SlabView view = Get(number);
        if (view.LeasedCount != view.ReleasedCount)
            throw Refusal("slab", $"slab {number} went while blocks of it are out");

        _views[number] = null;
        _mappedBytes -= view.Length;
        view.Unmap();
    }

    public void Dispose()
    {
        foreach (SlabView? view in _views)
            view?.Unmap();
        _views = [];
        channel.Dispose();
    }

    private SlabView Await(uint number)
    {
        if (number >= HandOverLimits.SlabsMax)
            throw Refusal("slab", $"there is no slab {number}");

        // Each announcement fills a place that was empty, so this ends.
        while (true)
        {
            (int found, SlabView view) = Receive();
            if (found == number)
                return view;
        }
    }

    private (int Number, SlabView View) Receive()
    {
        try
        {
            using DescriptorMessage message = channel.TryReceive(_message, 1)
                ?? throw Refusal("slab", "a block came of a slab that was not announced");
            if (message.Length != SlabAnnouncement.Size
                || message.IsTruncated
                || message.DescriptorCount != 1)
            {
                throw Refusal("announcement", "it is not a slab's");
            }

            (int number, int length) = SlabAnnouncement.Read(_message);
            return (number, Open(message, number, length));
        }
        catch (Exception error) when (error is SharedMemoryException or InvalidDataException)
        {
            throw new SharedChannelException("slab", error.Message, error);
        }
    }

    private SlabView Open(DescriptorMessage message, int number, int length)
    {
        if ((uint)number >= HandOverLimits.SlabsMax)
            throw Refusal("slab", $"there is no slab {number}");
        if (number < _views.Length && _views[number] is not null)
            throw Refusal("slab", $"slab {number} was announced twice");
        if (length <= 0 || length > options.MappedBytesMax - _mappedBytes)
        {
            throw Refusal(
                "size", $"a slab of {length} bytes beside {_mappedBytes} is above the limit");
        }

        using SharedMemory memory = message.TakeSharedMemory(
            0, new SharedMemoryRequirements { Seals = options.Seals, SizeMin = length });
        CheckPages(memory);
        var view = new SlabView(memory.Map(
            0,
            length,
            options.CanWrite ? SharedMemoryAccess.ReadWrite : SharedMemoryAccess.Read));
        if (number >= _views.Length)
            Array.Resize(ref _views, Math.Max(number + 1, _views.Length * 2));
        _views[number] = view;
        _mappedBytes += length;
        return view;
    }

    // Holes that its maker punches could not be filled again, which ends whoever touches them.
    private unsafe void CheckPages(SharedMemory memory)
    {
        const int FactsSize = 32;

        long* facts = stackalloc long[FactsSize];
        bool isTrusted = (options.Seals & SharedMemorySeals.Shrink) == 0;
        if (!isTrusted
            && (ChannelLibc.FileSystemOf(memory.Handle, facts) != 0
                || (uint)facts[0] == ChannelLibc.HugeFileSystem))
        {
            throw Refusal("type", "the slab is made of huge pages");
        }
    }

    private static SharedChannelException Refusal(string check, string why) => new(check, why);
}
