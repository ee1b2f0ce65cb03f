using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>
/// The wall clock of the process jumps, and jumps back. Nobody else's does: a library that is
/// loaded before the C library adds what a file says.
/// </summary>
internal sealed class ClockFault(string name, TimeSpan jump) : Fault(name)
{
    private const string Library = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long long* seconds;

        __attribute__((constructor)) static void begin(void) {
          int fd = open(getenv("SLUICE_CLOCK"), O_RDONLY | O_CLOEXEC);
          void* map = mmap(0, sizeof *seconds, PROT_READ, MAP_SHARED, fd, 0);
          close(fd);
          seconds = map;
        }

        int clock_gettime(clockid_t id, struct timespec* now) {
          int result = syscall(SYS_clock_gettime, id, now);
          if (result == 0 && seconds && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
            now->tv_sec += *seconds;
          return result;
        }

        int gettimeofday(struct timeval* restrict now, void* restrict zone) {
          struct timespec exact;
          (void)zone;
          clock_gettime(CLOCK_REALTIME, &exact);
          now->tv_sec = exact.tv_sec;
          now->tv_usec = exact.tv_nsec / 1000;
          return 0;
        }

        time_t time(time_t* to) {
          struct timespec exact;
          clock_gettime(CLOCK_REALTIME, &exact);
          if (to)
            *to = exact.tv_sec;
          return exact.tv_sec;
        }
        """;

    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static readonly Lazy<string> LibraryPath = new(Compile);

    private readonly string _clock = Path.GetTempFileName();

    public override void Require() => ExternalTool.Require("gcc");

    // From the start on.
    public override ProcessStartInfo Start(string[] command) => Under(command, jump);

    public override ProcessStartInfo Serve(string[] command) => Under(command, TimeSpan.Zero);

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        Set(jump);
        using var client = new HttpClient { BaseAddress = server.Url };
        DateTimeOffset expected = TimeProvider.System.GetUtcNow() + jump;

        // The server looks at the wall clock once a second, for its Date.
        while (await ReadDateAsync(client) - expected is var off
            && (off < -Slack || off > Slack))
        {
        }

        return new Effect(this);
    }

    private static async Task<DateTimeOffset> ReadDateAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.GetAsync("/plaintext");
        return response.Headers.Date!.Value;
    }

    private static string Compile()
    {
        string folder = Directory.CreateTempSubdirectory("sluice-clock-").FullName;
        string source = Path.Combine(folder, "clock.c");
        string library = Path.Combine(folder, "clock.so");
        File.WriteAllText(source, Library);
        using var gcc = Process.Start("gcc", ["-shared", "-fPIC", "-o", library, source]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return library;
    }

    private ProcessStartInfo Under(string[] command, TimeSpan offset)
    {
        Set(offset);
        ProcessStartInfo start = Program(command);
        start.Environment["LD_PRELOAD"] = LibraryPath.Value;
        start.Environment["SLUICE_CLOCK"] = _clock;
        return start;
    }

    // In place: the server has the file mapped.
    private void Set(TimeSpan offset)
    {
        using SafeFileHandle file = File.OpenHandle(_clock, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, BitConverter.GetBytes((long)offset.TotalSeconds), 0);
    }

    private sealed class Effect(ClockFault fault) : FaultEffect
    {
        public override Task EndAsync()
        {
            fault.Set(TimeSpan.Zero);
            return Task.CompletedTask;
        }
    }
}
