using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;
using Sluice.Uring;

namespace Sluice.Tests.Ipc;

/// <summary>The way of kernels that cannot tell a socket's peer by a descriptor.</summary>
[SupportedOSPlatform("linux")]
public sealed class IpcLibcTests
{
    [Fact]
    public void OpenProcess_ThisProcess_IsAPidfdOfIt()
    {
        int fd = IpcLibc.OpenProcess(Environment.ProcessId, 0);
        Assert.True(fd >= 0);
        using var process = new SafeFileHandle(fd, ownsHandle: true);

        string[] lines = File.ReadAllLines($"/proc/self/fdinfo/{fd}");

        Assert.Contains($"Pid:\t{Environment.ProcessId}", lines);
    }

    [Fact]
    public void OpenProcess_NoProcess_SaysWhy()
    {
        Assert.Equal(-1, IpcLibc.OpenProcess(-1, 0));
        Assert.Equal((int)Errno.EINVAL, Marshal.GetLastPInvokeError());
    }
}
