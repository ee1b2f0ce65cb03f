using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>What a connect operation refers to, pinned.</summary>
internal sealed class ConnectRequest
{
    private readonly byte[] _address;
    private readonly int _fd;

    public ConnectRequest(int fd, byte[] address)
    {
        _fd = fd;
        _address = GC.AllocateUninitializedArray<byte>(address.Length, pinned: true);
        address.CopyTo(_address, 0);
    }

    public static unsafe void Prepare(Submission submission, object? state)
    {
        var request = (ConnectRequest)state!;

        // Pinned for good; the kernel copies it when it consumes the submission.
        fixed (byte* address = request._address)
            submission.PrepareConnect(request._fd, (nint)address, (uint)request._address.Length);
    }
}
