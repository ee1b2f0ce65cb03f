using System.Net;
using System.Net.Sockets;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

public unsafe class SocketOperationsTests : RingTest
{
    [Fact]
    [Trait("pitfall", "22")]
    public void Socket_Created_IsOfTheTypeAndClosedOnExec()
    {
        Require(Opcode.Socket);

        int fd = OwnFd(RunSuccessfully(s => s.PrepareSocket(Os.AF_INET, Os.SOCK_DGRAM)));

        Assert.Equal(Os.SOCK_DGRAM, Option(fd, Os.SO_TYPE));
        Assert.Equal(Os.FD_CLOEXEC, Os.Control(fd, Os.F_GETFD, 0));
    }

    [Fact]
    public void SocketDirect_IntoSlot_CanBeBoundThroughTheSlot()
    {
        Require(Opcode.Socket, Opcode.InstallFixedDescriptor);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);

        int result = RunSuccessfully(s => s.PrepareSocketDirect(Os.AF_INET, Os.SOCK_DGRAM, 0, 2));
        int installed = OwnFd(RunSuccessfully(s => s.PrepareInstallDescriptor(2)));

        Assert.Equal(0, result);
        Assert.Equal(Os.SOCK_DGRAM, Option(installed, Os.SO_TYPE));
    }

    [Fact]
    public void SocketDirect_Allocating_GivesFreeSlotsThenENFILE()
    {
        Require(Opcode.Socket);
        Assert.True(Ring.Registration.Files.RegisterSparse(2).IsSuccess);
        Prepare prepare = s => s.PrepareSocketDirect(Os.AF_INET, Os.SOCK_STREAM);

        Assert.Equal(0, RunSuccessfully(prepare));
        Assert.Equal(1, RunSuccessfully(prepare));
        Assert.Equal(Errno.ENFILE, Run(prepare).Error);
    }

    [Fact]
    public void BindAndListen_OnLoopback_AcceptAClient()
    {
        Require(Opcode.Bind, Opcode.Listen);
        int fd = OwnFd(RunSuccessfully(s => s.PrepareSocket(Os.AF_INET, Os.SOCK_STREAM)));

        Assert.Equal(0, RunSuccessfully(s => s.PrepareBind(fd, LoopbackAddress(0), 16)));
        Assert.Equal(0, RunSuccessfully(s => s.PrepareListen(fd, 8)));

        byte* name = stackalloc byte[16];
        uint length = 16;
        Assert.Equal(0, Os.GetName(fd, name, &length));
        var client = Own(new Socket(SocketType.Stream, ProtocolType.Tcp));
        client.Connect(new IPEndPoint(IPAddress.Loopback, (name[2] << 8) | name[3]));
        OwnFd(RunSuccessfully(s => s.PrepareAccept(fd)));
    }

    [Fact]
    public void Connect_ToAListener_ArrivesThere()
    {
        Require(Opcode.Connect);
        Socket listener = Listener();
        nint address = LoopbackAddress(((IPEndPoint)listener.LocalEndPoint!).Port);
        var client = Own(
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

        Assert.Equal(0, RunSuccessfully(s => s.PrepareConnect(Fd(client), address, 16)));

        Socket server = Own(listener.Accept());
        Assert.Equal(Port(server.LocalEndPoint), Port(listener.LocalEndPoint));
    }

    [Fact]
    [Trait("pitfall", "22")]
    public void Accept_OfAClient_GivesItsAddressAndIsClosedOnExec()
    {
        Require(Opcode.Accept);
        Socket listener = Listener();
        Socket client = ClientOf(listener);
        nint address = Memory(16);
        nint length = Value(16u);

        int fd = OwnFd(RunSuccessfully(s => s.PrepareAccept(Fd(listener), address, length)));

        var bytes = new ReadOnlySpan<byte>((void*)address, 16);
        Assert.Equal(Port(client.LocalEndPoint), (bytes[2] << 8) | bytes[3]);
        Assert.Equal(16u, *(uint*)length);
        Assert.Equal(Os.FD_CLOEXEC, Os.Control(fd, Os.F_GETFD, 0));
    }

    [Fact]
    public void Accept_WithDoNotWait_FailsWithEAGAIN()
    {
        Require(Opcode.Accept);
        Socket listener = Listener();

        Completion completion = Run(
            s => s.PrepareAccept(Fd(listener), options: AcceptOptions.DoNotWait));

        SkipIfUnknown(completion.Error);
        Assert.Equal(Errno.EAGAIN, completion.Error);
    }

    [Fact]
    public void Accept_WithPollFirst_WaitsForAClient()
    {
        Require(Opcode.Accept);
        Socket listener = Listener();
        Add(s => s.PrepareAccept(Fd(listener), options: AcceptOptions.PollFirst));
        Submit();

        Own(ClientOf(listener));

        Completion completion = Next();
        SkipIfUnknown(completion.Error);
        OwnFd(completion.Result);
    }

    [Fact]
    public void AcceptDirect_OfAClient_FillsTheSlot()
    {
        Require(Opcode.Accept, Opcode.Send);
        Assert.True(Ring.Registration.Files.RegisterSparse(4).IsSuccess);
        Socket listener = Listener();
        Socket client = ClientOf(listener);

        Assert.Equal(0, RunSuccessfully(s => s.PrepareAcceptDirect(Fd(listener), slot: 3)));

        nint text = Text("direct");
        RunSuccessfully(s => s.PrepareSend(3, text, 6), SubmissionFlags.FixedFile);
        Assert.Equal("direct", ReadFrom(Fd(client)));
    }

    [Fact]
    public void AcceptMultishot_OfManyClients_CompletesForEachWithMore()
    {
        Require(Opcode.Accept);
        Socket listener = Listener();
        Add(s => s.PrepareAcceptMultishot(Fd(listener)), userData: 5);
        Submit();

        for (int i = 0; i < 3; i++)
        {
            Own(ClientOf(listener));
            Completion completion = Next();
            int fd = OwnFd(completion.Result);
            Assert.True(completion.HasMore);
            Assert.Equal(5ul, completion.UserData);
            Assert.Equal(Os.FD_CLOEXEC, Os.Control(fd, Os.F_GETFD, 0));
        }
    }

    [Fact]
    public void AcceptMultishotDirect_OfManyClients_AllocatesSlots()
    {
        Require(Opcode.Accept);
        Assert.True(Ring.Registration.Files.RegisterSparse(2).IsSuccess);
        Socket listener = Listener();
        Add(s => s.PrepareAcceptMultishotDirect(Fd(listener)));
        Submit();

        for (int i = 0; i < 2; i++)
        {
            Own(ClientOf(listener));
            Assert.Equal(i, Next().Result);
        }
    }

    [Fact]
    public void Shutdown_OfSending_EndsThePeersStream()
    {
        Require(Opcode.Shutdown);
        (int first, int second) = SocketPair();

        Assert.Equal(0, RunSuccessfully(s => s.PrepareShutdown(first, 1)));

        Assert.Equal("", ReadFrom(second));
        WriteTo(second, "still");
        Assert.Equal("still", ReadFrom(first));
    }

    [Fact]
    public void Close_OfAWriter_EndsThePipe()
    {
        Require(Opcode.Close);
        int* pair = stackalloc int[2];
        Assert.Equal(0, Os.Pipe(pair, Os.SOCK_CLOEXEC));
        int reader = OwnFd(pair[0]);
        int writer = pair[1];

        Assert.Equal(0, RunSuccessfully(s => s.PrepareClose(writer)));

        Assert.Equal("", ReadFrom(reader));
    }

    [Fact]
    public void CloseDirect_OfASlot_EmptiesIt()
    {
        Require(Opcode.Close, Opcode.Socket);
        Assert.True(Ring.Registration.Files.RegisterSparse(2).IsSuccess);
        RunSuccessfully(s => s.PrepareSocketDirect(Os.AF_INET, Os.SOCK_STREAM, 0, 1));

        Assert.Equal(0, RunSuccessfully(s => s.PrepareCloseDirect(1)));

        Assert.Equal(Errno.EBADF, Run(s => s.PrepareCloseDirect(1)).Error);
    }

    private static int Option(int fd, int name)
    {
        int value = 0;
        uint length = sizeof(int);
        Assert.Equal(0, Os.GetOption(fd, Os.SOL_SOCKET, name, &value, &length));
        return value;
    }

    private static int Port(EndPoint? endPoint) => ((IPEndPoint)endPoint!).Port;

    private Socket ClientOf(Socket listener)
    {
        var client = Own(
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(listener.LocalEndPoint!);
        return client;
    }
}
