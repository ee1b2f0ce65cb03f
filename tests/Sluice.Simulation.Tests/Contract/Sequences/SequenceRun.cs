using System.Runtime.InteropServices;
using Sluice.Testing.Campaigns;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract.Sequences;

/// <summary>Carries steps out on one kernel, and collects what a program sees of them.</summary>
internal sealed unsafe class SequenceRun : IDisposable
{
    public const int BufferCount = 4;
    public const int BufferSize = 16;
    public const ushort WholeGroup = 1;
    public const ushort IncrementalGroup = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IKernelUnderTest _kernel;
    private readonly Ring _ring;
    private readonly int _listener;
    private readonly int _event;
    private readonly BufferRing[] _groups = new BufferRing[2];
    private readonly nint[] _buffers = new nint[2];
    private readonly int[,] _offsets = new int[2, BufferCount];
    private readonly List<int> _descriptors = [];
    private readonly List<IPeerUnderTest> _peers = [];
    private readonly List<nint> _memory = [];
    private readonly Dictionary<ulong, (nint Memory, int Group)> _receives = [];
    private readonly Dictionary<int, int> _sent = [];
    private readonly Dictionary<int, int> _peerSent = [];

    public SequenceRun(IKernelUnderTest kernel)
    {
        _kernel = kernel;
        _ring = kernel.CreateRing(new RingOptions
        {
            Entries = 16,
            Flags = RingSetupFlags.SubmitAll | RingSetupFlags.Clamp | RingSetupFlags.NoSqArray
                | RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun,
        });
        _listener = kernel.Listen();
        _event = kernel.CreateEvent();
        for (int group = 0; group < _groups.Length; group++)
        {
            _groups[group] = BufferRing.Create(
                _ring, (ushort)(group + 1), BufferCount, incremental: group == 1);
            _buffers[group] = Allocate(BufferCount * BufferSize);
            for (int id = 0; id < BufferCount; id++)
                Provide(group, id);
        }
    }

    /// <summary>Does it; what the calling program learns at once.</summary>
    public string Do(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Connect:
                _peers.Add(_kernel.Connect(_listener));
                return "";
            case StepKind.Provide:
                Provide(step.Connection, step.Number);
                return "";
            case StepKind.Signal:
                _kernel.Signal(_event);
                return "";
            case StepKind.Close:
                _kernel.Close(_descriptors[step.Connection]);
                return "";
            case StepKind.PeerSend:
                _peers[step.Connection].Send(Bytes(_peerSent, step, step.Connection));
                return "";
            case StepKind.PeerReceive:
                byte[] bytes = new byte[step.Number];
                (int count, Errno error) = _peers[step.Connection].TryReceive(bytes);
                return $"{error} {Convert.ToHexString(bytes, 0, count)}";
            case StepKind.PeerShutdown:
                _peers[step.Connection].ShutdownSend();
                return "";
            case StepKind.PeerReset:
                _peers[step.Connection].Reset();
                return "";
            default:
                Submit(step);
                return "";
        }
    }

    /// <summary>
    /// What completes: all that does at once, and if there are fewer than expected, what comes
    /// until there are as many.
    /// </summary>
    public List<Observation> Collect(int expected)
    {
        var all = new List<Observation>();
        _ = _ring.Submit();
        Drain(all);
        while (all.Count < expected && _ring.SubmitAndWait(1, Patience).IsSuccess)
            Drain(all);
        _ = _ring.Submit();
        Drain(all);
        return all;
    }

    public void Dispose()
    {
        foreach (BufferRing group in _groups)
            group.Dispose();
        _ring.Dispose();
        foreach (IPeerUnderTest peer in _peers)
            peer.Dispose();
        foreach (nint memory in _memory)
            NativeMemory.Free((void*)memory);
        _kernel.Dispose();
    }

    private void Drain(List<Observation> all)
    {
        while (_ring.TryPeek(out Completion completion))
        {
            all.Add(Observe(in completion));
            _ring.Seen();
        }
    }

    private Observation Observe(in Completion completion)
    {
        int result = completion.Result;
        string bytes = "";
        if (_receives.TryGetValue(completion.UserData, out (nint Memory, int Group) receive))
        {
            nint from = receive.Memory;
            if (completion.HasBuffer)
            {
                ref int offset = ref _offsets[receive.Group, completion.BufferId];
                from = _buffers[receive.Group] + (completion.BufferId * BufferSize) + offset;
                offset += Math.Max(result, 0);
            }

            bytes = Convert.ToHexString(
                new ReadOnlySpan<byte>((void*)from, Math.Max(result, 0)));
        }
        else if (completion.UserData >= ulong.MaxValue / 2 && result >= 0)
        {
            _descriptors.Add(result);
            result = 0;
        }

        return new Observation(completion.UserData, result, completion.Flags, bytes);
    }

    private void Submit(Step step)
    {
        Submission submission = Take(step.UserData);
        int fd = step.Connection >= 0 ? _descriptors[step.Connection] : -1;
        uint length = (uint)step.Number;
        switch (step.Kind)
        {
            case StepKind.Accept:
                submission.PrepareAccept(_listener);
                break;
            case StepKind.AcceptMultishot:
                submission.PrepareAcceptMultishot(_listener);
                break;
            case StepKind.Receive or StepKind.ReceiveWhole or StepKind.ReceiveDontWait:
                submission.PrepareReceive(fd, ReceiveTo(step), length, Flags(step.Kind));
                break;
            case StepKind.LinkedReceive:
                submission.PrepareReceive(fd, ReceiveTo(step), length);
                submission.Flags |= SubmissionFlags.Link;
                Take(step.UserData + 1).PrepareLinkTimeout(Time(TimeSpan.FromMilliseconds(1)));
                break;
            case StepKind.ReceiveSelect:
                submission.PrepareReceiveSelect(fd, WholeGroup);
                _receives[step.UserData] = (0, 0);
                break;
            case StepKind.ReceiveMultishot or StepKind.ReceiveIncremental:
                int group = step.Kind == StepKind.ReceiveMultishot ? 0 : 1;
                submission.PrepareReceiveMultishot(fd, (ushort)(group + 1));
                _receives[step.UserData] = (0, group);
                break;
            case StepKind.Send or StepKind.SendZeroCopy:
                PrepareSend(submission, fd, step);
                break;
            case StepKind.Shutdown:
                submission.PrepareShutdown(fd, step.Number);
                break;
            case StepKind.Poll:
                submission.PreparePollAdd(fd, PollEvents.Readable);
                break;
            default:
                SubmitOther(submission, fd, step);
                break;
        }
    }

    private void SubmitOther(Submission submission, int fd, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Cancel:
                submission.PrepareCancel((ulong)step.Number);
                break;
            case StepKind.CancelDescriptor:
                submission.PrepareCancelDescriptor(fd, CancelOptions.All);
                break;
            case StepKind.Timeout:
                submission.PrepareTimeout(Time(TimeSpan.FromMilliseconds(1)));
                break;
            case StepKind.TimeoutLong:
                submission.PrepareTimeout(Time(TimeSpan.FromHours(1)));
                break;
            case StepKind.TimeoutUpdate:
                nint time = Time(TimeSpan.FromMilliseconds(1));
                submission.PrepareTimeoutUpdate((ulong)step.Number, time);
                break;
            case StepKind.TimeoutRemove:
                submission.PrepareTimeoutRemove((ulong)step.Number);
                break;
            case StepKind.PollEvent:
                submission.PreparePollMultishot(_event, PollEvents.Readable);
                break;
            case StepKind.MessageRing:
                submission.PrepareMessageRing(_ring.Descriptor, step.Number, step.UserData + 1);
                break;
            default:
                throw new InvalidOperationException($"{step.Kind} is no operation.");
        }
    }

    private static MessageFlags Flags(StepKind kind) => kind switch
    {
        StepKind.ReceiveWhole => MessageFlags.WaitAll,
        StepKind.ReceiveDontWait => MessageFlags.DoNotWait,
        _ => MessageFlags.None,
    };

    private void PrepareSend(Submission submission, int fd, Step step)
    {
        byte[] bytes = Bytes(_sent, step, ~step.Connection);
        nint memory = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)memory, bytes.Length));
        const MessageFlags Flags = MessageFlags.NoSignal | MessageFlags.WaitAll;
        if (step.Kind == StepKind.Send)
            submission.PrepareSend(fd, memory, (uint)bytes.Length, Flags);
        else
            submission.PrepareSendZeroCopy(fd, memory, (uint)bytes.Length, Flags);
    }

    private Submission Take(ulong userData)
    {
        Assert.True(_ring.TryGetSubmission(out Submission submission));
        submission.UserData = userData;
        return submission;
    }

    private void Provide(int group, int id)
    {
        _offsets[group, id] = 0;
        _groups[group].Add(_buffers[group] + (id * BufferSize), BufferSize, (ushort)id);
        _groups[group].Publish();
    }

    private static byte[] Bytes(Dictionary<int, int> positions, Step step, int stream)
    {
        byte[] bytes = new byte[step.Number];
        int position = positions.GetValueOrDefault(step.Connection);
        Pattern.Fill(bytes, stream, position);
        positions[step.Connection] = position + bytes.Length;
        return bytes;
    }

    private nint ReceiveTo(Step step)
    {
        nint memory = Allocate(step.Number);
        _receives[step.UserData] = (memory, 0);
        return memory;
    }

    private nint Time(TimeSpan duration)
    {
        nint memory = Allocate(sizeof(Timespec));
        *(Timespec*)memory = Timespec.From(duration);
        return memory;
    }

    private nint Allocate(int size)
    {
        nint memory = (nint)NativeMemory.AllocZeroed((nuint)size);
        _memory.Add(memory);
        return memory;
    }
}
