using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Invitations and descriptors, a few of them sound.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HostileMaterial : IDisposable
{
    private const SharedMemorySeals Sealed =
        SharedMemorySeals.Seal | SharedMemorySeals.Shrink | SharedMemorySeals.Grow;

    private readonly ChannelMemory _sound =
        ChannelMemory.Create(new ChannelGeometry(ChannelKind.Lanes, 1, 8, 4096));

    private readonly ChannelMemory _broadcast =
        ChannelMemory.Create(new ChannelGeometry(ChannelKind.Broadcast, 1, 8, 4096));

    private readonly List<SharedMemory> _objects = [];
    private readonly SafeFileHandle _null = File.OpenHandle("/dev/null");
    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _otherSocket;
    private readonly List<SafeHandle> _pool;

    public HostileMaterial()
    {
        (_socket, _otherSocket) = Invitation.CreateControlPair();
        Add(0, Sealed);
        Add(100, Sealed);
        Add(_sound.Geometry.Size, SharedMemorySeals.None);
        Add(_sound.Geometry.Size, SharedMemorySeals.Shrink);
        Add(_sound.Geometry.Size, Sealed);
        Add(_sound.Geometry.Size, Sealed | SharedMemorySeals.Write);
        for (int word = 0; word < 8; word++)
        {
            Add(_sound.Geometry.Size, Sealed, word);
            Add(_sound.Geometry.Size - 4096, Sealed, word);
        }

        Add(_sound.Geometry.Size - 1, Sealed, word: 9);
        Add(_sound.Geometry.Size + 4096, Sealed, word: 9);
        _pool =
        [
            .. _objects.Select(static item => item.Handle), _null, _socket,
            _sound.Handle, _sound.Handle, _sound.Handle, _sound.Handle,
            _broadcast.Handle, _broadcast.Handle,
        ];
    }

    /// <summary>Mostly sound, but for one thing.</summary>
    public byte[] Message(Random random)
    {
        var message = new byte[random.Next(10) == 0 ? 1 + random.Next(80) : 32];
        if (random.Next(10) == 0)
        {
            random.NextBytes(message);
            return message;
        }

        Span<byte> whole = stackalloc byte[80];
        "SLINVITE"u8.CopyTo(whole);
        BinaryPrimitives.WriteInt32LittleEndian(whole[8..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(whole[12..], 1 + random.Next(2));
        BinaryPrimitives.WriteInt32LittleEndian(whole[16..], 1 + random.Next(2));
        if (random.Next(4) == 0)
            random.NextBytes(whole.Slice(random.Next(8) * 4, 4));
        whole[..message.Length].CopyTo(message);
        return message;
    }

    /// <summary>None to five of anything; often of the right number.</summary>
    public SafeHandle[] Descriptors(Random random)
    {
        int count = random.Next(3) == 0 ? random.Next(6) : 2 + random.Next(2);
        var handles = new SafeHandle[count];
        for (int i = 0; i < count; i++)
        {
            handles[i] = i == count - 1 && random.Next(4) != 0
                ? _socket
                : _pool[random.Next(_pool.Count)];
        }

        return handles;
    }

    public void Dispose()
    {
        _objects.ForEach(static item => item.Dispose());
        _null.Dispose();
        _socket.Dispose();
        _otherSocket.Dispose();
        _sound.Release();
        _broadcast.Release();
    }

    // An object whose header is that of a sound one, but for a word.
    private unsafe void Add(long size, SharedMemorySeals seals, int word = -1)
    {
        SharedMemory memory = SharedMemory.Create(
            size, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        if (word >= 0)
        {
            using SharedMemoryMap map = memory.Map();
            var words = new Span<uint>((void*)map.NativeAddress, 8);
            new ReadOnlySpan<uint>(_sound.At(0), 8).CopyTo(words);
            if (word < 8)
                words[word] ^= 1u << Random.Shared.Next(32);
        }

        memory.Seal(seals);
        _objects.Add(memory);
    }
}
