using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Sluice.Tool.Serving.Files;

/// <summary>
/// Which version of a file it is, and how it answers the conditions of requests (RFC 9110,
/// section 13).
/// </summary>
/// <param name="Tag">
/// Made of the length and of the time of the last change, as web servers do it without reading
/// the file.
/// </param>
/// <param name="LastModified">Whole seconds: what the header can say.</param>
internal sealed record FileVersion(EntityTagHeaderValue Tag, DateTimeOffset LastModified)
{
    public static FileVersion Of(FileEntry file)
    {
        long ticks = file.LastModified.UtcTicks;
        return new(
            new EntityTagHeaderValue($"\"{ticks:x}-{file.Length:x}\""),
            new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero));
    }

    /// <summary>Evaluates the conditions in the order of section 13.2.2.</summary>
    public Precondition Check(RequestHeaders conditions)
    {
        if (conditions.IfMatch is { Count: > 0 } match)
        {
            if (!Contains(match, useStrongComparison: true))
                return Precondition.Failed;
        }
        else if (conditions.IfUnmodifiedSince < LastModified)
        {
            return Precondition.Failed;
        }

        bool isKnown = conditions.IfNoneMatch is { Count: > 0 } noneMatch
            ? Contains(noneMatch, useStrongComparison: false)
            : conditions.IfModifiedSince >= LastModified;
        return isKnown ? Precondition.NotModified : Precondition.Holds;
    }

    /// <summary>Whether a range may be sent: If-Range names this version or is absent.</summary>
    public bool AllowsRange(RequestHeaders conditions) => conditions.IfRange switch
    {
        null => true,
        { EntityTag: { } tag } => tag.Compare(Tag, useStrongComparison: true),
        { LastModified: { } time } => time == LastModified,
        _ => false,
    };

    private bool Contains(IList<EntityTagHeaderValue> tags, bool useStrongComparison)
    {
        foreach (EntityTagHeaderValue tag in tags)
        {
            if (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(Tag, useStrongComparison))
                return true;
        }

        return false;
    }
}
