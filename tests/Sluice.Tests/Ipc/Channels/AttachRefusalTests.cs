using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Each check of an invitation, by one thing that is wrong.</summary>
[SupportedOSPlatform("linux")]
public sealed class AttachRefusalTests : IDisposable
{
    private const SharedMemorySeals Sealed =
        SharedMemorySeals.Seal | SharedMemorySeals.Shrink | SharedMemorySeals.Grow;

    private readonly DescriptorChannel _near;
    private readonly DescriptorChannel _far;
    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _otherSocket;
    private readonly SafeFileHandle _null = File.OpenHandle("/dev/null");

    public AttachRefusalTests()
    {
        (_near, _far) = DescriptorChannel.CreatePair();
        (_socket, _otherSocket) = Invitation.CreateControlPair();
    }

    [Fact]
    public void Attach_SoundInvitation_Works()
    {
        using SharedMemory memory = Object();
        _near.Send(Message(), memory.Handle, _socket);

        using SharedChannelWriter writer = SharedChannel.AttachWriter(_far);

        Assert.True(writer.TryWrite([1]));
    }

    [Theory]
    [InlineData(0, 1, "magic")]
    [InlineData(8, 2, "version")]
    [InlineData(12, 2, "kind")]
    [InlineData(16, 2, "role")]
    [InlineData(20, 1, "lane")]
    [InlineData(20, -1, "lane")]
    public void Attach_MessageWithOneWrongField_NamesIt(int offset, int value, string check)
    {
        using SharedMemory memory = Object();
        byte[] message = Message();
        MemoryMarshal.Write(message.AsSpan(offset), value);
        _near.Send(message, memory.Handle, _socket);

        AssertRefused(check);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    public void Attach_MessageOfAnotherLength_IsRefused(int length)
    {
        using SharedMemory memory = Object();
        byte[] message = Message();
        Array.Resize(ref message, length);
        _near.Send(message, memory.Handle, _socket);

        AssertRefused("length");
    }

    [Fact]
    public void Attach_PeerLeft_IsRefused()
    {
        _near.Dispose();

        AssertRefused("length");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [Trait("pitfall", "43")]
    public void Attach_WrongNumberOfDescriptors_IsRefused(int count)
    {
        using SharedMemory memory = Object();
        SafeHandle[] handles = [.. Enumerable.Repeat(memory.Handle, Math.Max(count - 1, 0))];
        if (count > 0)
            handles = [.. handles, _socket];
        _near.Send(Message(), handles);

        AssertRefused("descriptors");
    }

    [Fact]
    public void Attach_NoControlSocket_IsRefused()
    {
        using SharedMemory memory = Object();
        _near.Send(Message(), memory.Handle, _null);

        AssertRefused("control socket");
    }

    [Theory]
    [InlineData(SharedMemorySeals.None)]
    [InlineData(SharedMemorySeals.Shrink)]
    [InlineData(SharedMemorySeals.Shrink | SharedMemorySeals.Grow)]
    [InlineData(Sealed | SharedMemorySeals.Write)]
    [Trait("pitfall", "41")]
    public void Attach_WrongSeals_IsRefused(SharedMemorySeals seals)
    {
        using SharedMemory memory = Object(seals: seals);
        _near.Send(Message(), memory.Handle, _socket);

        AssertRefused("object");
    }

    [Fact]
    public void Attach_NoFile_IsRefused()
    {
        _near.Send(Message(), _otherSocket, _socket);

        AssertRefused("object");
    }

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(2, "version")]
    [InlineData(3, "kind")]
    [InlineData(4, "geometry", 1025u)]
    [InlineData(4, "size", 2u)]
    [InlineData(5, "geometry", 12u)]
    [InlineData(6, "geometry", 5000u)]
    [InlineData(6, "size", 8192u)]
    [InlineData(7, "geometry")]
    [Trait("pitfall", "45")]
    public void Attach_ObjectWithOneWrongWord_NamesIt(int word, string check, uint value = 77)
    {
        using SharedMemory memory = Object(word: word, value: value);
        _near.Send(Message(), memory.Handle, _socket);

        AssertRefused(check);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(4096)]
    [Trait("pitfall", "41")]
    public void Attach_ObjectOfAnotherSize_IsRefused(long more)
    {
        using SharedMemory memory = Object(more: more);
        _near.Send(Message(), memory.Handle, _socket);

        AssertRefused("size");
    }

    [Theory]
    [InlineData(-8L)]
    [InlineData(1L)]
    [InlineData(long.MaxValue)]
    [Trait("pitfall", "45")]
    public void Attach_CorruptHead_IsRefused(long head)
    {
        using SharedMemory memory = Object(head: head);
        _near.Send(Message(), memory.Handle, _socket);

        AssertRefused("head");
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _socket.Dispose();
        _otherSocket.Dispose();
        _null.Dispose();
    }

    private static byte[] Message()
    {
        var message = new byte[32];
        "SLINVITE"u8.CopyTo(message);
        message[8] = 1;
        message[12] = (byte)ChannelKind.Lanes;
        message[16] = (byte)ChannelRole.Writer;
        return message;
    }

    private static unsafe SharedMemory Object(
        SharedMemorySeals seals = Sealed,
        int word = -1,
        uint value = 0,
        long more = 0,
        long head = 0)
    {
        var geometry = new ChannelGeometry(ChannelKind.Lanes, 1, 8, 4096);
        SharedMemory memory = SharedMemory.Create(
            geometry.Size + more,
            new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        ChannelMemory sound = ChannelMemory.Create(geometry);
        using (SharedMemoryMap map = memory.Map())
        {
            var words = new Span<uint>((void*)map.NativeAddress, 8);
            new ReadOnlySpan<uint>(sound.At(0), 8).CopyTo(words);
            if (word >= 0)
                words[word] = value;
            *(long*)(map.NativeAddress + (nint)ChannelLayout.Lane(0)) = head;
        }

        sound.Release();
        memory.Seal(seals);
        return memory;
    }

    private void AssertRefused(string check)
    {
        var error = Assert.Throws<SharedChannelException>(() => SharedChannel.AttachWriter(_far));

        Assert.Equal(check, error.Check);
        Assert.Contains(check, error.Message);
    }
}
