using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Uring.Interop;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Interop;

/// <summary>Our structs against those of the system's own headers.</summary>
public class StructLayoutTests
{
    private const string Includes = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/socket.h>
        #include <sys/uio.h>
        #include <linux/futex.h>
        #include <linux/io_uring.h>
        #include <linux/openat2.h>
        #include <linux/time_types.h>

        """;

    // Fields and structs that are newer than the headers of Linux 6.1: tested by their effect.
    private static readonly HashSet<string> Newer =
    [
        "io_uring_buf_reg.flags",
        "io_uring_buf_status",
        "io_uring_clock_register",
        "io_uring_clone_buffers",
        "io_uring_getevents_arg.min_wait_usec",
        "io_uring_napi",
        "io_uring_napi.op_param",
        "io_uring_napi.opcode",
        "io_uring_sqe.level",
        "io_uring_sqe.optname",
        "io_uring_sqe.optlen",
        "io_uring_sqe.optval",
        "io_uring_sync_cancel_reg.opcode",
    ];

    // Fields that have another name in C, or none in all versions of the headers.
    private static readonly Dictionary<string, string?> Renamed = new()
    {
        ["io_uring_buf.resv_or_tail"] = "resv",
        ["io_uring_sqe.op_flags"] = "rw_flags",
        ["io_sqring_offsets.user_addr"] = null,
        ["io_cqring_offsets.user_addr"] = null,
        ["io_uring_cqe._userData"] = "user_data",
        ["io_uring_cqe._result"] = "res",
        ["io_uring_cqe._flags"] = "flags",
        ["io_uring_restriction._kind"] = "opcode",
        ["io_uring_restriction._value"] = "register_op",
        ["futex_waitv._reserved"] = "__reserved",
    };

    private static readonly (Type Type, string Name, string[] Fields)[] Public =
    [
        (typeof(Completion), "io_uring_cqe", []),
        (typeof(RingRestriction), "io_uring_restriction", []),
        (typeof(BufferSegment), "iovec", ["iov_base", "iov_len"]),
        (typeof(OpenHow), "open_how", ["flags", "mode", "resolve"]),
        (typeof(Timespec), "__kernel_timespec", ["tv_sec", "tv_nsec"]),
        (typeof(FutexWaiter), "futex_waitv", ["val", "uaddr", "flags", "__reserved"]),
        (typeof(ReceivedMessage), "io_uring_recvmsg_out",
            ["namelen", "controllen", "payloadlen", "flags"]),
        (typeof(MessageHeader), "msghdr",
            ["msg_name", "msg_namelen", "msg_iov", "msg_iovlen", "msg_control",
                "msg_controllen", "msg_flags"]),
    ];

    [Fact]
    [Trait("pitfall", "1")]
    public void Structs_AgainstSystemHeaders_HaveTheSameSizesAndOffsets()
    {
        string headers = Toolchain.Preprocess(Includes);
        var expected = new List<string>();
        var unknown = new List<string>();
        var code = new StringBuilder(Includes).AppendLine("int main(void) {");
        foreach ((Type type, string name, string[] fields) in Structs())
        {
            string? body = BodyOf(name, headers);
            if (body is null)
            {
                unknown.Add(name);
                continue;
            }

            code.Append(CultureInfo.InvariantCulture, $"""
                    printf("{name} %zu\n", sizeof(struct {name}));

                """);
            expected.Add($"{name} {Marshal.SizeOf(type)}");
            foreach ((string field, int offset) in Fields(type, name, fields))
            {
                if (!Regex.IsMatch(body, $@"\b{Regex.Match(field, @"\w+").Value}\b"))
                {
                    unknown.Add($"{name}.{field}");
                    continue;
                }

                code.Append(CultureInfo.InvariantCulture, $"""
                        printf("{name}.{field} %zu\n", offsetof(struct {name}, {field}));

                    """);
                expected.Add($"{name}.{field} {offset}");
            }
        }

        string[] printed = Toolchain.Run(code.AppendLine("}").ToString());

        Assert.Equal(expected, printed);
        Assert.Empty(unknown.Except(Newer));
    }

    private static IEnumerable<(Type Type, string Name, string[] Fields)> Structs() =>
        typeof(io_uring_sqe).Assembly.GetTypes()
            .Where(t => t is { IsValueType: true, IsEnum: false, DeclaringType: null })
            .Where(t => Regex.IsMatch(t.Name, "^(io_|__kernel_)"))
            .Select(t => (t, t.Name, Array.Empty<string>()))
            .Concat(Public);

    private static IEnumerable<(string Field, int Offset)> Fields(
        Type type, string name, string[] names)
    {
        FieldInfo[] all = type.GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        Assert.NotEmpty(all);
        Assert.True(names.Length == 0 || names.Length == all.Length, name);
        for (int i = 0; i < all.Length; i++)
        {
            string? field = all[i].Name;
            if (names.Length != 0)
                field = names[i];
            else if (Regex.IsMatch(field, @"^(pad|resv)\d?$"))
                field = null;
            else if (Renamed.TryGetValue($"{name}.{field}", out string? renamed))
                field = renamed;
            if (field is not null)
                yield return (field, (int)Marshal.OffsetOf(type, all[i].Name));
        }
    }

    private static string? BodyOf(string name, string headers)
    {
        Match start = Regex.Match(headers, $@"\bstruct {name}\s*\{{");
        if (!start.Success)
            return null;

        int depth = 0;
        for (int i = start.Index; ; i++)
        {
            depth += headers[i] == '{' ? 1 : headers[i] == '}' ? -1 : 0;
            if (headers[i] == '}' && depth == 0)
                return headers[start.Index..i];
        }
    }
}
