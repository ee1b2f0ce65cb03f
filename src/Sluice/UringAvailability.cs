using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice;

/// <summary>
/// Finds out by trying whether io_uring can be used: a small ring is set up as reactors do, the
/// operations are probed, and buffers are received into. Kernel versions are never compared:
/// distributions port features back, and sandboxes take them away.
/// </summary>
internal static unsafe class UringAvailability
{
    private const uint TrialEntries = 8;
    private const int TrialBufferSize = 64;
    private const int TrialTries = 100;
    private const long MemlockAdvised = 1 << 20;

    // Where Docker and operators say no; present since Linux 6.6.
    private const string DisabledPath = "/proc/sys/kernel/io_uring_disabled";
    private const string LimitsPath = "/proc/self/limits";

    /// <summary>The operations that the engine cannot do without.</summary>
    internal static IReadOnlyList<Opcode> OpcodesNeeded { get; } =
    [
        Opcode.Accept, Opcode.Receive, Opcode.Send, Opcode.SendMessage, Opcode.Cancel,
        Opcode.PollAdd, Opcode.Close, Opcode.Shutdown, Opcode.Connect, Opcode.Timeout,
    ];

    /// <summary>Tries. Leaves nothing behind; takes well under a millisecond.</summary>
    public static UringVerdict Check() => Check(LinuxKernel.Instance);

    internal static UringVerdict Check(IRingKernel kernel)
    {
        var checks = new List<UringCheck>();
        if (!CheckRing(kernel, checks, out Ring? ring))
            return Verdict(checks);

        using (ring)
        {
            CheckFlags(ring, checks);
            if (CheckOpcodes(ring, checks))
                CheckReceive(ring, checks);
        }

        checks.Add(CheckMemlock());
        return Verdict(checks);
    }

    private static UringVerdict Verdict(List<UringCheck> checks)
    {
        UringCheck? failed = checks.Find(static c => c.Outcome == UringCheckOutcome.Failed);
        return failed is null
            ? new(true, "io_uring works here: a ring, its operations and its buffers.", checks)
            : new(false, failed.Detail, checks);
    }

    private static bool CheckRing(
        IRingKernel kernel,
        List<UringCheck> checks,
        [NotNullWhen(true)] out Ring? ring)
    {
        const string Name = "ring setup";
        var options = new RingOptions { Entries = TrialEntries };
        options.Flags |= RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun;
        try
        {
            ring = Ring.Create(options, kernel);
            checks.Add(new(Name, UringCheckOutcome.Passed, "The kernel gives a ring."));
            return true;
        }
        catch (RingException failure)
        {
            ring = null;
            checks.Add(new(
                Name, UringCheckOutcome.Failed, failure.Message, AdviceFor(failure.Error)));
            return false;
        }
    }

    private static string AdviceFor(Errno error) => error switch
    {
        Errno.EPERM when ReadNumber(DisabledPath) is > 0 and long value =>
            $"kernel.io_uring_disabled is {value}: set it to 0 (sysctl), or to 1 and add the "
            + "process to kernel.io_uring_group.",
        Errno.EPERM =>
            "A seccomp filter or a security module blocks io_uring: allow io_uring_setup, "
            + "io_uring_enter and io_uring_register in the container's profile.",
        Errno.ENOSYS =>
            "Run on a Linux kernel with CONFIG_IO_URING, outside of sandboxes that hide it.",
        Errno.ENOMEM => "Raise RLIMIT_MEMLOCK (ulimit -l, LimitMEMLOCK=).",
        Errno.EMFILE or Errno.ENFILE => "Raise RLIMIT_NOFILE (ulimit -n, LimitNOFILE=).",
        _ => "Run on a newer kernel.",
    };

    private static void CheckFlags(Ring ring, List<UringCheck> checks)
    {
        const RingSetupFlags Wanted = RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun;
        bool isGranted = (ring.SetupFlags & Wanted) == Wanted;
        checks.Add(isGranted
            ? new("ring flags", UringCheckOutcome.Passed, $"Granted: {ring.SetupFlags}.")
            : new(
                "ring flags",
                UringCheckOutcome.Warning,
                $"Granted: {ring.SetupFlags}; without {Wanted & ~ring.SetupFlags}.",
                "A newer kernel saves CPU time."));
    }

    private static bool CheckOpcodes(Ring ring, List<UringCheck> checks)
    {
        const string Name = "operations";
        RingProbe probe;
        try
        {
            probe = ring.Probe();
        }
        catch (RingException failure)
        {
            checks.Add(new(
                Name, UringCheckOutcome.Failed, failure.Message, "Run on a newer kernel."));
            return false;
        }

        Opcode[] missing = [.. OpcodesNeeded.Where(opcode => !probe.Supports(opcode))];
        checks.Add(missing.Length == 0
            ? new(Name, UringCheckOutcome.Passed, $"All that are needed, up to {probe.Last}.")
            : new(
                Name,
                UringCheckOutcome.Failed,
                $"The kernel's io_uring lacks operations: {string.Join(", ", missing)}.",
                "Run on a newer kernel."));
        return missing.Length == 0;
    }

    private static void CheckReceive(Ring ring, List<UringCheck> checks)
    {
        const string Name = "receive into a buffer ring";
        byte* memory = stackalloc byte[TrialBufferSize];
        try
        {
            using var buffers = BufferRing.Create(ring, group: 0, count: 1);
            buffers.Add((nint)memory, TrialBufferSize, bufferId: 0);
            buffers.Publish();
            Errno error = TryReceive(ring);
            checks.Add(error == Errno.ENOTCONN
                ? new(Name, UringCheckOutcome.Passed, "Buffer rings and multishot receives work.")
                : new(
                    Name,
                    UringCheckOutcome.Failed,
                    $"The kernel's io_uring has no multishot receive: {error}.",
                    "Run on a newer kernel."));
        }
        catch (Exception failure) when (failure is RingException or SocketException)
        {
            checks.Add(new(
                Name, UringCheckOutcome.Failed, failure.Message, "Run on a newer kernel."));
        }
    }

    // On a socket without a connection a receive fails at once: with ENOTCONN if the kernel
    // understood it, with EINVAL if it does not know the flag. Nothing touches the network.
    private static Errno TryReceive(Ring ring)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (!ring.TryGetSubmission(out Submission submission))
            return Errno.EBUSY;

        submission.PrepareReceiveMultishot((int)socket.Handle, bufferGroup: 0);
        RingResult result;
        int tries = TrialTries;
        do
        {
            result = ring.SubmitAndWait(1, TimeSpan.FromSeconds(1));
            if (!ring.TryPeek(out Completion completion))
                continue;

            ring.Seen();
            return completion.Error;
        }
        while (--tries > 0 && IsPassing(result.Error));
        return result.Error;
    }

    // An entry that failed like this has lost nothing, and says nothing of what the kernel has.
    private static bool IsPassing(Errno error) =>
        error is Errno.None or Errno.EINTR or Errno.EAGAIN or Errno.EBUSY;

    private static UringCheck CheckMemlock()
    {
        const string Name = "locked memory";
        long? limit = ReadMemlockLimit();
        if (limit is null)
            return new(Name, UringCheckOutcome.Passed, "RLIMIT_MEMLOCK does not limit it.");

        string detail = $"RLIMIT_MEMLOCK is {limit / 1024} KiB.";
        return limit >= MemlockAdvised
            ? new(Name, UringCheckOutcome.Passed, detail)
            : new(
                Name,
                UringCheckOutcome.Warning,
                detail,
                "Raise it (ulimit -l, LimitMEMLOCK=): older kernels charge rings to it.");
    }

    // A line of /proc/self/limits: name, soft limit, hard limit, unit, in columns.
    private static long? ReadMemlockLimit()
    {
        const string Prefix = "Max locked memory";
        string? line = ReadLine(
            LimitsPath, static l => l.StartsWith(Prefix, StringComparison.Ordinal));
        string? soft = line?[Prefix.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return ToNumber(soft);
    }

    private static long? ReadNumber(string path) => ToNumber(ReadLine(path, static _ => true));

    private static long? ToNumber(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    private static string? ReadLine(string path, Func<string, bool> isWanted)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault(isWanted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
