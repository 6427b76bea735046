namespace Parsimony.Sandbox.Model;

/// <summary>The faults a batch is born with.</summary>
internal sealed record BatchFaults(double? StuckFraction, double? ExpiresFraction, TimeSpan? ExpiresAfter, TimeSpan CountsLag, bool AllFail)
{
    private const double HalfWay = 0.5;
    private const double LagSeconds = 600;

    public static BatchFaults Strike(FaultScript script, string provider, string operation)
    {
        var stuck = script.Strike(FaultName.JobStuck, provider, operation);
        var expires = script.Strike(FaultName.ExpiresHalfway, provider, operation);
        var lag = script.Strike(FaultName.CountsLag, provider, operation);
        var empty = script.Strike(FaultName.EmptyOutput, provider, operation);
        return new BatchFaults(
            stuck is null ? null : Math.Clamp(stuck.Value ?? HalfWay, 0, 0.999),
            expires is null ? null : Math.Clamp(expires.Value ?? HalfWay, 0, 0.999),
            expires?.Value2 is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            lag?.Seconds(LagSeconds) ?? TimeSpan.Zero,
            empty is not null);
    }
}
