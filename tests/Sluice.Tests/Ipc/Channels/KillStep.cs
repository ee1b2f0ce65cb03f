namespace Sluice.Tests.Ipc.Channels;

/// <summary>Where a peer of a channel is when it is killed.</summary>
public enum KillStep
{
    /// <summary>Anywhere: both sides run as fast as they can.</summary>
    Anywhere,

    /// <summary>A writer before its claim, a reader before it looks.</summary>
    Before,

    /// <summary>A writer with an empty claim, a reader that has looked.</summary>
    Claimed,

    /// <summary>A writer with half of its message, a reader that has read two.</summary>
    HalfFilled,

    /// <summary>A writer before its commit, a reader before it gives back.</summary>
    Filled,

    /// <summary>Right after the commit, or after giving back.</summary>
    Committed,

    /// <summary>A writer with a batch that was not published, and a claim in it.</summary>
    InBatch,

    /// <summary>Right after a batch was published.</summary>
    BatchPublished,

    /// <summary>In a wait: a writer for room, a reader for messages.</summary>
    Waiting,
}
