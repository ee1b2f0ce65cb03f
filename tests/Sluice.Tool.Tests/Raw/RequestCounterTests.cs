using System.Buffers;
using System.Text;
using Sluice.Tool.Raw;

namespace Sluice.Tool.Tests.Raw;

public class RequestCounterTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("\r\n\r\n", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1)]
    [InlineData("a\r\n\r\nb\r\n\r\nc\r\n\r\n", 3)]
    [InlineData("a\r\n\r\nb\r\n\r", 1)]
    [InlineData("\r\n\r\n\r\n\r\n", 2)]
    [InlineData("\r\r\n\r\n", 1)]
    [InlineData("\r\n\r\r\n\r\n", 1)]
    [InlineData("\n\n\r\nx\r\n", 0)]
    public void Count_HoweverTheInputIsCut_FindsTheSameRequests(string input, int expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input);

        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                var counter = default(RequestCounter);
                int count = counter.Count(bytes.AsSpan(0, first))
                    + counter.Count(bytes.AsSpan(first, second - first))
                    + counter.Count(bytes.AsSpan(second));
                Assert.Equal(expected, count);
            }
        }
    }

    [Fact]
    public void Count_SequenceOfSingleBytes_FindsEveryRequest()
    {
        byte[] bytes = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"u8.ToArray();
        Segment last = new(bytes.AsMemory(0, 1), null);
        Segment first = last;
        for (int i = 1; i < bytes.Length; i++)
            last = new Segment(bytes.AsMemory(i, 1), last);
        var counter = default(RequestCounter);

        Assert.Equal(2, counter.Count(new ReadOnlySequence<byte>(first, 0, last, 1)));
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
