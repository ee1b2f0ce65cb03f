using Sluice.Sockets.RingSockets;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// Takes receive buffers back from the kernel, which has no call for it: a read of one byte from
/// <c>/dev/zero</c> takes the next buffer of the ring, as bytes of a peer would.
/// </summary>
/// <remarks>
/// To lower the tail of the ring would cost less, but it is safe only while no worker of the
/// kernel's takes a buffer, and nobody outside can know that.
/// </remarks>
internal sealed class BufferRecall : ReactorResource
{
    // Connections wait as long as the reads of a recall take.
    private const int CountMax = 512;

    private readonly ISocketSystem _system;
    private readonly int _fd;
    private int _wanted;
    private bool _isRefused;

    public BufferRecall(ReactorLoop loop, ISocketSystem system)
        : base(loop)
    {
        _system = system;
        _fd = system.OpenZeros();
    }

    /// <summary>
    /// Whether there is a <c>/dev/zero</c> that can be read; without one buffers come home as
    /// traffic passes.
    /// </summary>
    public bool IsPossible => _fd >= 0 && !_isRefused;

    /// <summary>Recalls so many buffers, or some of them.</summary>
    public void Recall(int count)
    {
        if (!IsPossible || count <= 0)
            return;

        _wanted = Math.Min(count, CountMax);
        Loop.Enqueue(this);
    }

    public void Close()
    {
        if (_fd >= 0)
            _ = _system.Close(_fd);
    }

    internal override bool TryPrepare()
    {
        for (; _wanted != 0; _wanted--)
        {
            if (!TryBegin(out Submission submission))
                return false;

            submission.PrepareRead(_fd, address: 0, length: 1, offset: 0);
            submission.Flags = SubmissionFlags.BufferSelect;
            submission.BufferGroup = Loop.Receive.Group;
            submission.Token = Token(OperationKind.Recall);
        }

        return true;
    }

    // Without a buffer: peers have taken them all meanwhile, or the read cannot be had here, now
    // and ever after: a policy forbids it or the kernel lacks it.
    internal override void OnCompletion(OperationKind kind, in Completion completion)
    {
        if (completion.HasBuffer)
            Loop.Receive.Give(Loop.Receive.Take(completion.BufferId));
        _isRefused |= completion.Error
            is Errno.EPERM or Errno.EACCES or Errno.EINVAL or Errno.EOPNOTSUPP;
    }

    internal override void Run()
    {
    }
}
