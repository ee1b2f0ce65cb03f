using Sluice.Tool.Soak.Faults;

namespace Sluice.Tool.Tests.Soak.Faults;

public class FaultPlanTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    [InlineData(1800)]
    public void Create_AnyDuration_HasEveryKindWithinIt(double seconds)
    {
        IReadOnlyList<PlannedFault> plan = FaultPlan.Create(1, TimeSpan.FromSeconds(seconds));

        Assert.Equal(
            Enum.GetValues<FaultKind>().ToHashSet(), plan.Select(f => f.Kind).ToHashSet());
        Assert.All(plan, f => Assert.InRange(f.Seconds, 0, seconds));
        Assert.Equal(plan.OrderBy(f => f.Seconds), plan);
    }

    [Fact]
    public void Create_LongDuration_IsBounded()
    {
        IReadOnlyList<PlannedFault> plan = FaultPlan.Create(1, TimeSpan.FromMinutes(30));

        Assert.InRange(plan.Count, 80, 90);
        Assert.All(plan, static f => Assert.InRange(
            f.Amount,
            1,
            f.Kind == FaultKind.Pause ? FaultPlan.PauseMsMax : FaultPlan.ConnectionsMax));
    }

    [Fact]
    public void Create_SameSeed_IsTheSame() => Assert.Equal(
        FaultPlan.Create(5, TimeSpan.FromMinutes(1)), FaultPlan.Create(5, TimeSpan.FromMinutes(1)));

    [Fact]
    public void Create_OtherSeed_IsAnother() => Assert.NotEqual(
        FaultPlan.Create(5, TimeSpan.FromMinutes(1)), FaultPlan.Create(6, TimeSpan.FromMinutes(1)));
}
