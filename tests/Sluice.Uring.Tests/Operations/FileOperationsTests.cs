using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public class FileOperationsTests : RingTest
{
    [Fact]
    public void Read_AtAnOffset_GivesTheBytesThere()
    {
        Require(Opcode.Read);
        int fd = MemoryFile("0123456789");
        nint memory = Memory(16);

        Assert.Equal(4, RunSuccessfully(s => s.PrepareRead(fd, memory, 4, 3)));

        Assert.Equal("3456", Read(memory, 4));
    }

    [Fact]
    public void Write_AtAnOffset_ChangesTheBytesThere()
    {
        Require(Opcode.Read, Opcode.Write);
        int fd = MemoryFile("0123456789");
        nint memory = Text("abc");

        Assert.Equal(3, RunSuccessfully(s => s.PrepareWrite(fd, memory, 3, 5)));

        Assert.Equal("01234abc89", Content(fd));
    }

    [Fact]
    public void Write_AtTheCurrentPosition_Advances()
    {
        Require(Opcode.Write);
        int fd = MemoryFile();
        nint memory = Text("abc");

        for (int i = 0; i < 2; i++)
            RunSuccessfully(s => s.PrepareWrite(fd, memory, 3, FileOperations.CurrentPosition));

        Assert.Equal("abcabc", Content(fd));
    }

    [Fact]
    public void Write_Appending_IgnoresTheOffset()
    {
        Require(Opcode.Write);
        int fd = MemoryFile("0123");
        nint memory = Text("abc");

        RunSuccessfully(s => s.PrepareWrite(fd, memory, 3, 0, ReadWriteFlags.Append));

        Assert.Equal("0123abc", Content(fd));
    }

    [Fact]
    public void ReadVector_OfSegments_FillsThemInOrder()
    {
        int fd = MemoryFile("0123456789");
        nint one = Memory(16);
        nint two = Memory(16);
        nint segments = Segments((one, 2), (two, 5));

        Assert.Equal(7, RunSuccessfully(s => s.PrepareReadVector(fd, segments, 2, 1)));

        Assert.Equal("12", Read(one, 2));
        Assert.Equal("34567", Read(two, 5));
    }

    [Fact]
    public void WriteVector_OfSegments_WritesThemInOrder()
    {
        int fd = MemoryFile();
        nint segments = Segments((Text("one "), 4), (Text("two"), 3));

        Assert.Equal(7, RunSuccessfully(s => s.PrepareWriteVector(fd, segments, 2, 0)));

        Assert.Equal("one two", Content(fd));
    }

    [Fact]
    public void ReadFixed_IntoTheSecondBuffer_FillsIt()
    {
        int fd = MemoryFile("0123456789");
        nint one = Memory(16);
        nint two = Memory(16);
        Assert.True(Ring.Registration.Buffers.Register([new(one, 16), new(two, 16)]).IsSuccess);

        Assert.Equal(4, RunSuccessfully(s => s.PrepareReadFixed(fd, two + 2, 4, 3, 1)));

        Assert.Equal("3456", Read(two + 2, 4));
        Assert.Equal(Errno.EFAULT, Run(s => s.PrepareReadFixed(fd, two, 4, 3, 0)).Error);
    }

    [Fact]
    public void WriteFixed_OfTheSecondBuffer_WritesIt()
    {
        int fd = MemoryFile();
        nint one = Memory(16);
        nint two = Text("abcdef");
        Assert.True(Ring.Registration.Buffers.Register([new(one, 16), new(two, 6)]).IsSuccess);

        Assert.Equal(3, RunSuccessfully(s => s.PrepareWriteFixed(fd, two + 1, 3, 0, 1)));

        Assert.Equal("bcd", Content(fd));
    }

    [Fact]
    public void ReadVectorFixed_IntoARegisteredBuffer_FillsItsSegments()
    {
        Require(Opcode.ReadVectorFixed);
        int fd = MemoryFile("0123456789");
        nint memory = Memory(16);
        Assert.True(Ring.Registration.Buffers.Register([new(memory, 16)]).IsSuccess);
        nint segments = Segments((memory + 8, 2), (memory, 3));

        int result = RunSuccessfully(s => s.PrepareReadVectorFixed(fd, segments, 2, 1, 0));

        Assert.Equal(5, result);
        Assert.Equal("12", Read(memory + 8, 2));
        Assert.Equal("345", Read(memory, 3));
    }

    [Fact]
    public void WriteVectorFixed_OfARegisteredBuffer_WritesItsSegments()
    {
        Require(Opcode.WriteVectorFixed);
        int fd = MemoryFile();
        nint memory = Text("abcdef");
        Assert.True(Ring.Registration.Buffers.Register([new(memory, 6)]).IsSuccess);
        nint segments = Segments((memory + 3, 3), (memory, 1));

        int result = RunSuccessfully(s => s.PrepareWriteVectorFixed(fd, segments, 2, 0, 0));

        Assert.Equal(4, result);
        Assert.Equal("defa", Content(fd));
    }

    [Fact]
    public void ReadMultishot_OfAPipe_CompletesForEachWrite()
    {
        Require(Opcode.ReadMultishot);
        (int reader, int writer) = Pipe();
        nint memory = Memory(32);
        using BufferRing buffers = BufferRing.Create(Ring, 2, 4);
        for (ushort i = 0; i < 4; i++)
            buffers.Add(memory + (i * 8), 8, i);
        buffers.Publish();
        Add(s => s.PrepareReadMultishot(reader, 2));
        Submit();

        foreach (string text in new[] { "one", "three" })
        {
            WriteTo(writer, text);
            Completion completion = Next();
            Assert.True(completion.HasMore);
            Assert.Equal(text, Read(memory + (completion.BufferId * 8), completion.Result));
        }
    }

    private string Content(int fd)
    {
        nint memory = Memory(64);
        return Read(memory, RunSuccessfully(s => s.PrepareRead(fd, memory, 64, 0)));
    }
}
