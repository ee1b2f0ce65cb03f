using System.Text;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public sealed unsafe class PathOperationsTests : RingTest
{
    private const int Here = PathOperations.CurrentDirectory;
    private const uint ReadOnly = 0;
    private const uint CreateAndWrite = 0x41;
    private const uint Mode = 0x180;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-path-");

    [Fact]
    public void Open_OfAFile_GivesADescriptorToIt()
    {
        Require(Opcode.OpenAt);
        nint path = Text(NewFile("content"));

        int fd = OwnFd(RunSuccessfully(s => s.PrepareOpen(
            Here, path, ReadOnly | (uint)DescriptorFlags.CloseOnExec, 0)));

        Assert.Equal("content", ReadFrom(fd));
        Assert.Equal(Os.FD_CLOEXEC, Os.Control(fd, Os.F_GETFD, 0));
    }

    [Fact]
    public void Open_ThatCreates_UsesTheMode()
    {
        Require(Opcode.OpenAt);
        string path = NewPath();
        nint text = Text(path);

        OwnFd(RunSuccessfully(s => s.PrepareOpen(Here, text, CreateAndWrite, Mode)));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void OpenDirect_OfAFile_FillsTheSlot()
    {
        Require(Opcode.OpenAt);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);
        nint path = Text(NewFile("content"));

        Assert.Equal(
            0, RunSuccessfully(s => s.PrepareOpenDirect(Here, path, ReadOnly, 0, slot: 2)));

        Assert.Equal("content", ReadSlot(2));
    }

    [Fact]
    public void OpenHow_ThatForbidsLinks_RefusesOne()
    {
        Require(Opcode.OpenAt2);
        const ulong NoSymlinks = 4;
        string target = NewFile("content");
        string link = NewPath();
        File.CreateSymbolicLink(link, target);
        nint path = Text(link);
        nint free = Value(new OpenHow(ReadOnly, 0, 0));
        nint strict = Value(new OpenHow(ReadOnly, 0, NoSymlinks));

        int fd = OwnFd(RunSuccessfully(s => s.PrepareOpenHow(Here, path, free)));

        Assert.Equal("content", ReadFrom(fd));
        Assert.Equal(Errno.ELOOP, Run(s => s.PrepareOpenHow(Here, path, strict)).Error);
    }

    [Fact]
    public void OpenHowDirect_OfAFile_AllocatesASlot()
    {
        Require(Opcode.OpenAt2);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);
        nint path = Text(NewFile("content"));
        nint how = Value(new OpenHow(ReadOnly, 0, 0));

        int slot = RunSuccessfully(s => s.PrepareOpenHowDirect(Here, path, how));

        Assert.Equal("content", ReadSlot(slot));
    }

    [Fact]
    public void Statx_OfAFile_GivesItsLength()
    {
        Require(Opcode.Statx);
        const uint SizeMask = 0x200;
        const int SizeAt = 40;
        nint path = Text(NewFile("content"));
        nint result = Memory(256);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareStatx(Here, path, 0, SizeMask, result)));

        Assert.Equal(7, *(long*)(result + SizeAt));
    }

    [Fact]
    public void Rename_OfAFile_MovesIt()
    {
        Require(Opcode.RenameAt);
        string from = NewFile("content");
        string to = NewPath();
        nint source = Text(from);
        nint target = Text(to);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareRename(Here, source, Here, target)));

        Assert.False(File.Exists(from));
        Assert.Equal("content", File.ReadAllText(to));
    }

    [Fact]
    public void Unlink_OfAFile_RemovesIt()
    {
        Require(Opcode.UnlinkAt);
        string file = NewFile("content");
        nint path = Text(file);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareUnlink(Here, path)));

        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Unlink_OfADirectory_NeedsTheFlag()
    {
        Require(Opcode.UnlinkAt);
        const uint RemoveDirectory = 0x200;
        string directory = NewPath();
        Directory.CreateDirectory(directory);
        nint path = Text(directory);

        Assert.Equal(Errno.EISDIR, Run(s => s.PrepareUnlink(Here, path)).Error);
        Assert.Equal(0, RunSuccessfully(s => s.PrepareUnlink(Here, path, RemoveDirectory)));

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public void MakeDirectory_WithAMode_MakesIt()
    {
        Require(Opcode.MakeDirectoryAt);
        string directory = NewPath();
        nint path = Text(directory);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareMakeDirectory(Here, path, Mode)));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory));
    }

    [Fact]
    public void SymbolicLink_ToATarget_SaysIt()
    {
        Require(Opcode.SymbolicLinkAt);
        string link = NewPath();
        nint target = Text("somewhere");
        nint path = Text(link);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareSymbolicLink(target, Here, path)));

        Assert.Equal("somewhere", new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Link_OfAFile_GivesItAnotherName()
    {
        Require(Opcode.LinkAt);
        string file = NewFile("content");
        string other = NewPath();
        nint source = Text(file);
        nint target = Text(other);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareLink(Here, source, Here, target)));

        File.AppendAllText(file, "!");
        Assert.Equal("content!", File.ReadAllText(other));
    }

    [Fact]
    public void ExtendedAttribute_SetByPath_IsReadByPathAndByDescriptor()
    {
        Require(Opcode.SetExtendedAttribute, Opcode.GetExtendedAttributeFd);
        nint path = Text(NewFile("content"));
        nint name = Text("user.sluice");
        nint value = Text("value");
        nint result = Memory(16);

        Completion set = Run(s => s.PrepareSetExtendedAttribute(path, name, value, 5));
        Assert.SkipWhen(set.Error == Errno.EOPNOTSUPP, "the file system has no attributes");
        Assert.Equal(0, set.Result);

        Assert.Equal(
            5, RunSuccessfully(s => s.PrepareGetExtendedAttribute(path, name, result, 16)));
        Assert.Equal("value", Read(result, 5));
        int fd = OwnFd(RunSuccessfully(s => s.PrepareOpen(Here, path, ReadOnly, 0)));
        new Span<byte>((void*)result, 16).Clear();
        Assert.Equal(
            5, RunSuccessfully(s => s.PrepareGetExtendedAttribute(fd, name, result, 16)));
        Assert.Equal("value", Read(result, 5));
    }

    [Fact]
    public void ExtendedAttribute_SetByDescriptor_ReplacesOnlyWhatExists()
    {
        Require(Opcode.SetExtendedAttributeFd);
        const uint Replace = 2;
        nint path = Text(NewFile("content"));
        nint name = Text("user.sluice");
        nint value = Text("value");
        int fd = OwnFd(RunSuccessfully(s => s.PrepareOpen(Here, path, ReadOnly, 0)));

        Completion absent = Run(s => s.PrepareSetExtendedAttribute(fd, name, value, 5, Replace));
        Assert.SkipWhen(absent.Error == Errno.EOPNOTSUPP, "the file system has no attributes");

        Assert.Equal(Errno.ENODATA, absent.Error);
        Assert.Equal(0, RunSuccessfully(s => s.PrepareSetExtendedAttribute(fd, name, value, 5)));
        Assert.Equal(
            0, RunSuccessfully(s => s.PrepareSetExtendedAttribute(fd, name, value, 5, Replace)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _directory.Delete(recursive: true);
    }

    private string NewPath() => Path.Combine(_directory.FullName, Path.GetRandomFileName());

    private string NewFile(string content)
    {
        string path = NewPath();
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return path;
    }

    private string ReadSlot(int slot)
    {
        nint memory = Memory(64);
        int count = RunSuccessfully(
            s => s.PrepareRead(slot, memory, 64, 0), SubmissionFlags.FixedFile);
        return Read(memory, count);
    }
}
