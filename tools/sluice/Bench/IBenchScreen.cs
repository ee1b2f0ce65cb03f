namespace Sluice.Tool.Bench;

/// <summary>Is told how a run proceeds.</summary>
internal interface IBenchScreen
{
    /// <summary>A server is about to be measured.</summary>
    void OnBegin(BenchRow row, BenchServer server, int round);

    /// <summary>It was.</summary>
    void OnMeasured(Measurement measurement);
}
