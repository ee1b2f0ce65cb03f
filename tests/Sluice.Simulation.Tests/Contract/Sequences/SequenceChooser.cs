using Sluice.Testing.Simulation;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract.Sequences;

/// <summary>
/// Chooses the next step from a seed, among those whose outcome does not depend on a race: on one
/// connection one receive or poll at a time, and never a descriptor that was closed. Left out, too,
/// is a reset after the peer's own end: which error a send meets then is not modelled.
/// </summary>
internal sealed class SequenceChooser(ulong seed)
{
    /// <summary>User data from here on is that of accepts.</summary>
    public const ulong FirstAccept = ulong.MaxValue / 2;

    private const int ConnectionsMax = 4;
    private const int LengthMax = 24;

    private readonly SimulationRandom _random = new(seed);
    private readonly List<Connection> _connections = [];
    private readonly Dictionary<ulong, Step> _running = [];
    private readonly List<(int Group, int Id)> _taken = [];
    private int _connected;
    private ulong _lastUserData = 100;

    public Step Next()
    {
        while (true)
        {
            var kinds = Enum.GetValues<StepKind>();
            StepKind kind = kinds[_random.Below(kinds.Length)];
            if (TryChoose(kind) is not { } step)
                continue;

            if (kind < StepKind.PeerSend && kind is not (StepKind.Connect or StepKind.Provide
                or StepKind.Signal or StepKind.Close))
            {
                _running[step.UserData] = step;
            }

            return step;
        }
    }

    /// <summary>Takes note of what both kernels said.</summary>
    public void Learn(IEnumerable<Observation> observations)
    {
        foreach (Observation seen in observations)
        {
            bool isAccepted = seen.UserData >= FirstAccept && seen.Result >= 0;
            if (isAccepted)
                _connections.Add(new Connection());
            if (!_running.TryGetValue(seen.UserData, out Step? step))
                continue;
            if (seen.HasBuffer && !seen.HasMoreInBuffer)
            {
                int group = step.Kind == StepKind.ReceiveIncremental ? 1 : 0;
                _taken.Add((group, seen.BufferId));
            }

            bool isSend = step.Kind is StepKind.Send or StepKind.SendZeroCopy;
            if (isSend && seen.Result > 0)
                _connections[step.Connection].ToPeer += seen.Result;
            if (!seen.HasMore)
                _ = _running.Remove(seen.UserData);
        }
    }

    private Step? TryChoose(StepKind kind) => kind switch
    {
        StepKind.Connect => _connected < ConnectionsMax && _connected++ >= 0 ? New(kind) : null,
        StepKind.Accept or StepKind.AcceptMultishot => IsRunning(IsAccept)
            ? null
            : new Step(kind, FirstAccept + ++_lastUserData, -1, 0),
        StepKind.Provide => TryProvide(),
        StepKind.Timeout or StepKind.TimeoutLong or StepKind.Signal => New(kind),
        StepKind.TimeoutUpdate or StepKind.TimeoutRemove => New(
            kind, -1, Target(s => s.Kind == StepKind.TimeoutLong)),
        StepKind.Cancel => New(kind, -1, Target(s => s.UserData < FirstAccept)),
        StepKind.PollEvent => IsRunning(s => s.Kind == StepKind.PollEvent) ? null : New(kind),
        StepKind.MessageRing => New(kind, -1, _random.Below(LengthMax)),
        _ => TryConnection(kind),
    };

    private Step? TryConnection(StepKind kind)
    {
        if (_connections.Count == 0)
            return null;

        int index = _random.Below(_connections.Count);
        Connection connection = _connections[index];
        int length = _random.Between(1, LengthMax);
        bool needsOpen = kind < StepKind.PeerSend;
        if (needsOpen ? connection.IsClosed : connection.IsPeerGone)
            return null;

        bool isReceive = IsReceive(kind);
        if (isReceive && IsRunning(s => s.Connection == index && IsAlone(s.Kind)))
            return null;
        switch (kind)
        {
            case StepKind.Poll:
                return IsRunning(s => s.Connection == index) ? null : New(kind, index);
            case StepKind.Shutdown:
                connection.IsShut = true;
                return New(kind, index, _random.Below(3));
            case StepKind.Close:
                connection.IsClosed = connection.IsShut = true;
                break;
            case StepKind.PeerReset when connection.IsPeerShut:
                return null;
            case StepKind.PeerReset:
                connection.IsPeerGone = true;
                break;
            case StepKind.PeerSend when connection.IsPeerShut || connection.IsShut:
                return null;
            case StepKind.PeerShutdown:
                connection.IsPeerShut = true;
                break;
            case StepKind.PeerReceive when connection.ToPeer == 0:
                return null;
            case StepKind.PeerReceive:
                length = Math.Min(length, connection.ToPeer);
                connection.ToPeer -= length;
                break;
        }

        return New(kind, index, length);
    }

    private Step? TryProvide()
    {
        if (_taken.Count == 0)
            return null;

        (int group, int id) = _taken[0];
        _taken.RemoveAt(0);
        return New(StepKind.Provide, group, id);
    }

    // An operation that runs, mostly; else one that there never was.
    private int Target(Func<Step, bool> isWanted)
    {
        List<ulong> targets = [.. _running.Values.Where(isWanted).Select(s => s.UserData).Order()];
        return targets.Count == 0 || _random.Chance(0.1)
            ? Step.Nobody
            : (int)targets[_random.Below(targets.Count)];
    }

    private bool IsRunning(Func<Step, bool> predicate) => _running.Values.Any(predicate);

    private static bool IsAccept(Step step) =>
        step.Kind is StepKind.Accept or StepKind.AcceptMultishot;

    // Of two that see an error, either may be the one that takes it.
    private static bool IsAlone(StepKind kind) => IsReceive(kind) || kind == StepKind.Poll;

    private static bool IsReceive(StepKind kind) => kind is StepKind.Receive
        or StepKind.ReceiveWhole or StepKind.ReceiveDontWait or StepKind.ReceiveSelect
        or StepKind.ReceiveMultishot or StepKind.ReceiveIncremental or StepKind.LinkedReceive;

    private Step New(StepKind kind, int connection = -1, int number = 0) =>
        new(kind, _lastUserData += 2, connection, number);

    private sealed class Connection
    {
        public int ToPeer { get; set; }

        public bool IsClosed { get; set; }

        /// <summary>What the peer sends may be answered by a reset.</summary>
        public bool IsShut { get; set; }

        public bool IsPeerShut { get; set; }

        public bool IsPeerGone { get; set; }
    }
}
