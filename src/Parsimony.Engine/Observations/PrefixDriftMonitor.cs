using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>Watches the prompts of requests and says, once for each, when a prefix that was shared is not any more. Thread safe.</summary>
/// <param name="detector">What has been seen so far.</param>
/// <param name="prices">What wasted tokens are worth.</param>
/// <param name="logger">Where it is said.</param>
public sealed partial class PrefixDriftMonitor(PrefixDriftDetector detector, PriceList prices, ILogger logger)
{
    /// <summary>Whose prompts a profile's requests are.</summary>
    public static PrefixWorkload WorkloadOf(RequestProfile profile) => new(profile.Model, profile.Component, profile.Agent, profile.Tenant);

    /// <summary>Takes note of a request that is about to be sent.</summary>
    /// <returns>A drift that was not known before, and was logged; null when there is none.</returns>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public PrefixDrift? Observe(RequestProfile profile, Envelope envelope, DateTimeOffset at)
    {
        var drift = detector.Observe(WorkloadOf(profile), PrefixBlock.Of(envelope), at);
        if (drift is not null && logger.IsEnabled(LogLevel.Warning))
        {
            LogDrift(
                logger, drift.Workload.Model, drift.Workload.Component, drift.Workload.Agent, drift.Workload.Tenant, drift.Kind, drift.Block, drift.BlockKind, drift.BlockBytes, drift.Since,
                drift.WastedTokens, drift.WastedUsd(prices, at));
        }

        return drift;
    }
}
