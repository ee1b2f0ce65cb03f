using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Tool.Serving.Files;

/// <summary>Reads a file straight into the memory that goes to the socket.</summary>
internal static class FileSender
{
    private const int ReadSize = 64 * 1024;

    /// <summary>Sends part of a file as the response's body.</summary>
    /// <remarks>
    /// A file that has become shorter ends the connection: its length is promised already.
    /// </remarks>
    public static async Task SendAsync(
        HttpContext context, SafeFileHandle file, long offset, long count)
    {
        // Before the headers are written, the response would lend memory of its own.
        await context.Response.StartAsync(context.RequestAborted);
        PipeWriter body = context.Response.BodyWriter;
        while (count > 0)
        {
            Memory<byte> memory = body.GetMemory((int)Math.Min(count, ReadSize));
            if (memory.Length > count)
                memory = memory[..(int)count];
            int read = await RandomAccess.ReadAsync(file, memory, offset, context.RequestAborted);
            if (read == 0)
            {
                context.Abort();
                return;
            }

            body.Advance(read);
            offset += read;
            count -= read;
            if ((await body.FlushAsync(context.RequestAborted)).IsCompleted)
                return;
        }
    }
}
