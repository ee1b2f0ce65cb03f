using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Uring.Interop;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Operations;

/// <summary>The 64 bytes of each prepared entry against those that liburing prepares.</summary>
public unsafe class SubmissionBytesTests
{
    private const string Includes = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/epoll.h>
        #include <sys/wait.h>
        #include <linux/openat2.h>
        #include <liburing.h>
        #define A ((void *)0x1000)
        #define B ((void *)0x2000)
        #define C ((void *)0x3000)
        /* liburing 2.3 adds one to IORING_FILE_INDEX_ALLOC itself; all versions take this. */
        #define ALLOC (IORING_FILE_INDEX_ALLOC - 1)

        """;

    // What even the oldest supported liburing (Debian 12's 2.3) is known to prepare.
    private const int ComparedMin = 60;

    [Fact]
    [Trait("pitfall", "1")]
    public void Prepare_AgainstLiburing_GivesTheSameBytes()
    {
        string headers = Toolchain.Preprocess(Includes);
        (Prepare Ours, string Theirs)[] cases =
        [
            .. LiburingCases.All.Where(c => Regex.IsMatch(
                headers, $@"\bio_uring_prep_{Regex.Match(c.Theirs, @"^\w+").Value}\(")),
        ];
        var code = new StringBuilder(Includes);
        code.AppendLine("""
            int main(void) {
                struct io_uring_sqe entry, *sqe = &entry;
            """);
        foreach ((_, string theirs) in cases)
        {
            code.Append(CultureInfo.InvariantCulture, $$"""
                    memset(sqe, 0, sizeof(*sqe));
                    io_uring_prep_{{theirs}};
                    for (int i = 0; i < 64; i++)
                        printf("%02X", ((unsigned char *)sqe)[i]);
                    puts(" {{theirs}}");

                """);
        }

        string[] expected = Toolchain.Run(code.AppendLine("}").ToString(), "-w", "-luring");

        Assert.Equal(expected, cases.Select(c => $"{Bytes(c.Ours)} {c.Theirs}"));
        Assert.True(cases.Length >= ComparedMin, $"only {cases.Length} compared");
    }

    private static string Bytes(Prepare prepare)
    {
        io_uring_sqe entry = default;
        var submission = new Submission(&entry);
        prepare(submission);
        return Convert.ToHexString(submission.Bytes);
    }
}
