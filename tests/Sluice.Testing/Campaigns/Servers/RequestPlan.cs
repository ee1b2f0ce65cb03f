namespace Sluice.Testing.Campaigns.Servers;

/// <summary>
/// Where a client's requests end in its stream, and how long the answers are. Client and handler
/// know the same plan; the handler asks for one request after the other.
/// </summary>
internal sealed class RequestPlan(int stream, int requestLengthMax)
{
    private const int ResponseLengthMax = 255;

    private int _answered;
    private long _answeredLength;

    /// <summary>The length of all answers, once the number of requests is known.</summary>
    public int ResponsesLength { get; private set; }

    /// <summary>The length of so many requests, which are all that there are.</summary>
    public int LengthOf(int count)
    {
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            length += RequestLength(i);
            ResponsesLength += ResponseLength(i);
        }

        return length;
    }

    /// <summary>How many of the bytes from a position on are whole requests.</summary>
    public long WholeLength(long position, long available)
    {
        if (position != _answeredLength)
            throw new SimulationMismatch("A request began where the last one did not end.");

        long whole = 0;
        for (int i = _answered; whole + RequestLength(i) <= available; i++)
            whole += RequestLength(i);
        return whole;
    }

    /// <summary>The length of the answers to the next requests, of that length together.</summary>
    public int ResponsesTo(long length)
    {
        int responses = 0;
        while (length >= RequestLength(_answered))
        {
            length -= RequestLength(_answered);
            _answeredLength += RequestLength(_answered);
            responses += ResponseLength(_answered++);
        }

        return responses;
    }

    private int RequestLength(int index) =>
        1 + (Pattern.At(stream, -1 - index) * requestLengthMax / (byte.MaxValue + 1));

    private int ResponseLength(int index) =>
        Pattern.At(~stream, -1 - index) % (ResponseLengthMax + 1);
}
