using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Uring.Interop;
using Sluice.Uring.Tests.Support;

namespace Sluice.Uring.Tests.Interop;

/// <summary>Our numbers against those of the system's own headers.</summary>
public class ConstantTests
{
    private const string Includes = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <poll.h>
        #include <signal.h>
        #include <stdio.h>
        #include <sys/epoll.h>
        #include <sys/mman.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <linux/futex.h>
        #include <linux/io_uring.h>

        """;

    // Names of our own that no header has: "not set" and the like.
    private static readonly HashSet<string> Ours =
    [
        "None", "Errno.None", "EpollChange.None",
    ];

    [Fact]
    [Trait("pitfall", "1")]
    public void Constants_AgainstSystemHeaders_HaveTheSameNumbers()
    {
        string headers = Toolchain.Preprocess(Includes);
        var known = Regex.Matches(headers, @"\b[A-Z_][A-Z_0-9a-z]+\b")
            .Select(m => m.Value).ToHashSet();
        List<(string Name, long Value)> all = [.. Constants(), .. KernelNames.All()];
        List<(string Name, long Value)> compared = [.. all.Where(c => known.Contains(c.Name))];
        var code = new StringBuilder(Includes).AppendLine("int main(void) {");
        foreach ((string name, long _) in compared)
        {
            code.Append(CultureInfo.InvariantCulture, $"""
                    printf("{name} %lld\n", (long long)({name}));

                """);
        }

        string[] printed = Toolchain.Run(code.AppendLine("}").ToString());

        Assert.Equal(compared.Select(c => $"{c.Name} {c.Value}"), printed);
        Assert.Empty(all.Select(c => c.Name).Except(known).Except(KernelNames.Newer));
    }

    [Fact]
    public void KernelNames_OfEveryEnumMember_AreGiven()
    {
        IEnumerable<string> members = typeof(Ring).Assembly.GetTypes()
            .Where(t => t is { IsEnum: true, IsPublic: true } && t != typeof(Errno))
            .SelectMany(t => t.GetEnumNames().Select(n => $"{t.Name}.{n}"))
            .Where(n => !Ours.Contains(n) && !n.EndsWith(".None", StringComparison.Ordinal));

        Assert.Equal(members.Order(), KernelNames.Members().Order());
    }

    private static IEnumerable<(string Name, long Value)> Constants()
    {
        const BindingFlags Everything =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        IEnumerable<FieldInfo> constants = typeof(IoUringConstants).GetFields(Everything)
            .Concat(typeof(Libc).GetFields(Everything).Where(f => f.IsLiteral));
        foreach (FieldInfo field in constants)
        {
            object value = field.GetRawConstantValue()!;
            yield return (field.Name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
        }

        foreach (string call in new[] { "Setup", "Enter", "Register" })
        {
            FieldInfo number = typeof(LinuxKernel).GetField($"IoUring{call}", Everything)!;
            yield return ($"SYS_io_uring_{call.ToLowerInvariant()}",
                Convert.ToInt64(number.GetRawConstantValue(), CultureInfo.InvariantCulture));
        }

        foreach (Errno errno in Enum.GetValues<Errno>().Where(e => e != Errno.None))
            yield return (errno.ToString(), (long)errno);
    }
}
