using System.Buffers;
using System.Runtime.Versioning;
using System.Text;
using Sluice.Memory;
using Sluice.Uring;

namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/buffers.md. Each region stands there word for word.</summary>
public sealed class BuffersGuide
{
    [Fact]
    public void Cursor()
    {
        #region docs: cursor
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1024, AllocationZone.Direct);

        buffer.WriteInt32(42);                  // big-endian, as networks have it
        buffer.WriteInt64LittleEndian(7);       // or little-endian, said so
        buffer.WriteBytes("hello"u8);

        buffer.ResetForRead();                  // what was written is what remains
        int answer = buffer.ReadInt32();
        long seven = buffer.ReadInt64LittleEndian();
        byte[] text = buffer.ReadBytes(buffer.Remaining);
        #endregion

        Assert.Equal(42, answer);
        Assert.Equal(7, seven);
        Assert.Equal("hello"u8, text);
    }

    [Fact]
    public void Native()
    {
        #region docs: native
        using NativeBuffer buffer = NativeBuffer.Allocate(65536);

        // Direct native address for P/Invoke and system calls.
        nint address = buffer.NativeAddress;
        nuint size = buffer.NativeSize;
        #endregion

        Assert.Equal(0, address % NativeBuffer.DefaultAlignment);
        Assert.Equal((nuint)65536, size);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Receive()
    {
        using var sockets = new SocketPair();
        using Ring ring = CreateRing();
        sockets.Send([0, 0, 0, 5, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o']);
        int socket = sockets.Descriptor;
        string? message = null;
        void Process(PlatformBuffer data) => message = Encoding.UTF8.GetString(data.RemainingSpan);

        #region docs: receive
        NativeBuffer buffer = NativeBuffer.Allocate(65536);

        // Prepare an io_uring receive. The pin keeps the memory until the kernel has let go of it.
        MemoryHandle pin = buffer.Pin();
        if (!ring.TryGetSubmission(out Submission submission))
            throw new InvalidOperationException("The submission queue is full.");
        submission.PrepareReceive(socket, buffer.NativeAddress, (uint)buffer.Capacity);
        ring.SubmitAndWait(1);

        // After the completion, the position says how many bytes there are.
        if (!ring.TryPeek(out Completion completion) || completion.Result < 0)
            throw new IOException($"The receive failed: {completion.Error}.");
        ring.Seen();
        pin.Dispose();
        buffer.Position = completion.Result;
        buffer.ResetForRead();

        // Process the data.
        int header = buffer.ReadInt32();
        Process(buffer);

        // The caller disposes it when done.
        buffer.Dispose();
        #endregion

        Assert.Equal(5, header);
        Assert.Equal("hello", message);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Scope()
    {
        using var sockets = new SocketPair();
        using Ring ring = CreateRing();
        sockets.Send("scoped"u8);
        int socket = sockets.Descriptor;
        string? message = null;
        void ProcessData(PlatformBuffer data) =>
            message = Encoding.UTF8.GetString(data.RemainingSpan);

        #region docs: scope
        BufferScope.With(scope =>
        {
            ScopedBuffer buffer = scope.Allocate(65536);

            // Use it with io_uring...
            using (buffer.Pin())
            {
                ring.TryGetSubmission(out Submission submission);
                submission.PrepareReceive(socket, buffer.NativeAddress, (uint)buffer.Capacity);
                ring.SubmitAndWait(1);
            }

            // ... and process it after the completion.
            ring.TryPeek(out Completion completion);
            ring.Seen();
            buffer.Position = completion.Result;
            buffer.ResetForRead();
            ProcessData(buffer);
        }); // The memory is freed here, whatever happened.
        #endregion

        Assert.Equal("scoped", message);
    }

    [Fact]
    public void ScopeStatement()
    {
        #region docs: scope-statement
        using var scope = new BufferScope();
        ScopedBuffer small = scope.Allocate(64);                    // from the scope's region
        ScopedBuffer page = scope.AllocateAligned(4096, 4096);      // at a page of its own
        #endregion

        Assert.Equal(64, small.Capacity);
        Assert.Equal(0, page.NativeAddress % 4096);
    }

    [Fact]
    public void Heap()
    {
        byte[] existingByteArray = [1, 2, 3];

        #region docs: heap
        // Explicitly request a managed array.
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1024, AllocationZone.Heap);

        // Or wrap one that there is.
        using ByteArrayBuffer wrapped = PlatformBuffer.Wrap(existingByteArray);
        #endregion

        Assert.Equal(AllocationZone.Heap, buffer.Zone);
        Assert.Same(existingByteArray, wrapped.BackingArray);
    }

    [Fact]
    public unsafe void Foreign()
    {
        var freed = new List<nint>();
        void* memory = System.Runtime.InteropServices.NativeMemory.Alloc(4096);
        nint address = (nint)memory;
        void FreeForeign(nint where) => freed.Add(where);

        #region docs: foreign
        // Memory of somebody else, who is told once when nobody uses it any more.
        NativeBuffer buffer = PlatformBuffer.Wrap(
            address, 4096, (where, size) => FreeForeign(where));
        buffer.WriteInt32(1);
        buffer.Dispose();
        #endregion

        Assert.Equal([address], freed);
        System.Runtime.InteropServices.NativeMemory.Free(memory);
    }

    [Fact]
    public void NativeData()
    {
        byte[] data = [1, 2, 3];

        #region docs: native-data
        using NativeBuffer buffer = NativeBuffer.Allocate(1024);
        buffer.WriteBytes(data);
        buffer.ResetForRead();

        // A copy in native memory, for native code that keeps it (copies for safety).
        using NativeData nativeData = buffer.ToNativeData();
        NativeBuffer nativeBuffer = nativeData.NativeBuffer;

        // Access the native pointer.
        nint pointer = nativeBuffer.NativeAddress;
        nuint size = nativeBuffer.NativeSize;
        #endregion

        Assert.NotEqual(buffer.NativeAddress, pointer);
        Assert.Equal((nuint)3, size);
    }

    [Fact]
    public void Pointer()
    {
        #region docs: pointer
        using NativeBuffer buffer = NativeBuffer.Allocate(1024);
        nint pointer = buffer.NativeAddress;
        // Use the pointer directly with io_uring or other system calls.
        #endregion

        Assert.NotEqual(0, pointer);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void ReceiveArray()
    {
        using var sockets = new SocketPair();
        using Ring ring = CreateRing();
        sockets.Send("direct"u8);
        int socket = sockets.Descriptor;

        #region docs: receive-array
        using NativeBuffer buffer = NativeBuffer.Allocate(65536);

        // Direct pointer access: no copy between the kernel and the buffer.
        using (buffer.Pin())
        {
            ring.TryGetSubmission(out Submission submission);
            submission.PrepareReceive(socket, buffer.NativeAddress, (uint)buffer.Capacity);
            ring.SubmitAndWait(1);
        }

        // After the completion.
        ring.TryPeek(out Completion completion);
        ring.Seen();
        int bytesRead = completion.Result;
        buffer.Position = bytesRead;
        buffer.ResetForRead();
        byte[] data = buffer.ReadBytes(bytesRead);
        #endregion

        Assert.Equal("direct"u8, data);
    }

    [Fact]
    public void Pool()
    {
        #region docs: pool
        using var pool = new BufferPool();
        using (PooledBuffer rental = pool.Rent(8192))
        {
            PlatformBuffer buffer = rental.Buffer;
            buffer.WriteInt32(42);
        } // Back in the pool; the rental and its buffer throw from here on.
        #endregion

        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public void Hoisted()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1024);
        int[] values = [.. Enumerable.Range(0, 256)];

        #region docs: hoisted
        // The checks of the buffer are made once; the writer lives in registers.
        var writer = new BufferWriter(buffer.RemainingSpan);
        foreach (int value in values)
            writer.WriteInt32(value);
        buffer.Advance(writer.Position);
        #endregion

        buffer.ResetForRead();
        var reader = new BufferReader(buffer.RemainingSpan);
        foreach (int value in values)
            Assert.Equal(value, reader.ReadInt32());
    }

    [Fact]
    public void Text()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1024);

        #region docs: text
        buffer.WritePrefixedText(LengthPrefix.UInt16, "κόσμος");
        buffer.WriteMqttInteger(300);
        buffer.ResetForRead();

        // A length that a peer sent is capped before anything is allocated.
        string word = buffer.ReadPrefixedText(LengthPrefix.UInt16, bytesMax: 100);
        int length = buffer.ReadMqttInteger();
        #endregion

        Assert.Equal("κόσμος", word);
        Assert.Equal(300, length);
    }

    [Fact]
    public async Task Views()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(1024);
        var pipe = new System.IO.Pipelines.Pipe();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        #region docs: views
        buffer.WriteBytes("the same bytes"u8);
        buffer.ResetForRead();

        await pipe.Writer.WriteAsync(buffer.RemainingMemory, cancellationToken);
        ReadOnlySequence<byte> sequence = buffer.AsSequence();
        using Stream stream = buffer.AsStream();
        IBufferWriter<byte> writer = buffer;
        #endregion

        Assert.Equal(14, sequence.Length);
        Assert.Equal('t', stream.ReadByte());
        Assert.Equal(13, writer.GetSpan().Length);
    }

    [SupportedOSPlatform("linux")]
    private static Ring CreateRing()
    {
        try
        {
            return Ring.Create(new RingOptions());
        }
        catch (RingException error)
        {
            Assert.Skip($"There is no io_uring here: {error.Message}");
            throw;
        }
    }
}
