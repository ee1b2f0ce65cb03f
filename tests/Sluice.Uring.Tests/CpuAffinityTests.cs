namespace Sluice.Uring.Tests;

public class CpuAffinityTests
{
    [Fact]
    public void PinCurrentThread_ToAnAllowedCpu_RunsThereOnly()
    {
        int cpu = CpuAffinity.GetAllowedCpus()[^1];
        Errno result = Errno.EINVAL;
        string status = "";
        var thread = new Thread(() =>
        {
            result = CpuAffinity.PinCurrentThread(cpu);
            status = File.ReadAllText("/proc/thread-self/status");
        });
        thread.Start();
        thread.Join();

        Assert.Equal(Errno.None, result);
        Assert.Contains($"Cpus_allowed_list:\t{cpu}\n", status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_535)]
    [InlineData(int.MaxValue)]
    public void PinCurrentThread_ToNoCpu_IsAValue(int cpu) =>
        Assert.Equal(Errno.EINVAL, CpuAffinity.PinCurrentThread(cpu));

    [Fact]
    public void GetAllowedCpus_OfThisProcess_AreAscendingAndSomeOfTheMachines()
    {
        IReadOnlyList<int> cpus = CpuAffinity.GetAllowedCpus();

        Assert.NotEmpty(cpus);
        Assert.Equal(cpus.Distinct().Order(), cpus);
        Assert.True(cpus.Count >= Environment.ProcessorCount);
    }

    [Fact]
    public void MaskOf_Cpus_SetsTheirBits()
    {
        Assert.Equal([1ul << 3, 1ul | (1ul << 63)], CpuAffinity.MaskOf([64, 127, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuAffinity.MaskOf([1, -1]));
    }
}
