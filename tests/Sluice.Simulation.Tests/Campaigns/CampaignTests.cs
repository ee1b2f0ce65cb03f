using Sluice.Testing.Campaigns;

namespace Sluice.Simulation.Tests.Campaigns;

/// <summary>
/// The campaign: 20,000 connections, or as many as <c>SLUICE_CONNECTIONS</c> says; 1,000,000 in CI.
/// </summary>
[Trait("campaign", "whole")]
public sealed class CampaignTests(ITestOutputHelper output)
{
    // Of 20,000 connections; a larger campaign owes as many times more.
    private const long LeastOfEach = 3;
    private const long LeastOfEachPer = 20_000;

    [Fact]
    public void Run_ManyConnections_BreaksNoRuleAndMeetsEveryFaultAndEnding()
    {
        var options = CampaignOptions.FromEnvironment();
        var campaign = new Campaign(options);

        CampaignFailure? failure = campaign.Run();

        output.WriteLine(campaign.Coverage.ToString());
        Assert.True(failure is null, failure?.ToString());
        Assert.True(campaign.Coverage.Connections >= options.Connections);
        Assert.Empty(campaign.Coverage.Missing(
            Math.Max(1, LeastOfEach * options.Connections / LeastOfEachPer)));
    }
}
