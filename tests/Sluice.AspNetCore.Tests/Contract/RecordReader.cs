using System.Text;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>The records of SignalR's text protocol, which a control character ends.</summary>
internal sealed class RecordReader(StreamReader reader) : IAsyncDisposable
{
    private const char End = '\u001e';
    private readonly char[] _one = new char[1];

    /// <summary>The next record that is no ping.</summary>
    public async Task<string> NextAsync()
    {
        while (true)
        {
            var record = new StringBuilder();
            while (true)
            {
                if (await reader.ReadAsync(_one.AsMemory()).Within() == 0)
                    throw new EndOfStreamException($"The end came after '{record}'.");
                if (_one[0] == End)
                    break;
                record.Append(_one[0]);
            }

            if (record.ToString() != """{"type":6}""")
                return record.ToString();
        }
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        return ValueTask.CompletedTask;
    }
}
