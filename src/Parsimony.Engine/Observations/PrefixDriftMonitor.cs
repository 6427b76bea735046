using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>Watches the prompts of requests and says, once for each, when a prefix that was shared is not any more. Thread safe.</summary>
/// <param name="detector">What has been seen so far.</param>
/// <param name="prices">What wasted tokens are worth.</param>
/// <param name="logger">Where it is said.</param>
public sealed partial class PrefixDriftMonitor(PrefixDriftDetector detector, PriceList prices, ILogger logger)
{
    private const int MostRemembered = 10_000;

    // A prefix that moves to and fro is one finding; one that moves again after a day is another.
    private static readonly TimeSpan Said = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(PrefixWorkload Workload, int Block), DateTimeOffset> _said = [];

    /// <summary>Whose prompts a profile's requests are.</summary>
    public static PrefixWorkload WorkloadOf(RequestProfile profile) => new(profile.Model, profile.Component, profile.Agent, profile.Tenant);

    /// <summary>Takes note of a request that is about to be sent.</summary>
    /// <returns>A drift that was not known before, and was logged; null when there is none, or it was said within a day.</returns>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public PrefixDrift? Observe(RequestProfile profile, Envelope envelope, DateTimeOffset at) => Observe(WorkloadOf(profile), PrefixBlock.Of(envelope), at);

    /// <summary>Takes note of a prompt that is about to be sent.</summary>
    /// <returns>A drift that was not known before, and was logged; null when there is none, or it was said within a day.</returns>
    public PrefixDrift? Observe(PrefixWorkload workload, IReadOnlyList<PrefixBlock> prompt, DateTimeOffset at)
    {
        if (detector.Observe(workload, prompt, at) is not { } drift || !IsNews(drift, at))
        {
            return null;
        }

        if (logger.IsEnabled(LogLevel.Warning))
        {
            LogDrift(
                logger, drift.Workload.Model, drift.Workload.Component, drift.Workload.Agent, drift.Workload.Tenant, drift.Kind, drift.Block, drift.BlockKind, drift.BlockBytes, drift.Since,
                drift.WastedTokens, drift.WastedUsd(prices, at));
        }

        return drift;
    }

    private bool IsNews(PrefixDrift drift, DateTimeOffset at)
    {
        lock (_lock)
        {
            var key = (drift.Workload, drift.Block);
            if (_said.TryGetValue(key, out var before) && at - before < Said)
            {
                return false;
            }

            if (_said.Count >= MostRemembered)
            {
                _said.Clear();
            }

            _said[key] = at;
            return true;
        }
    }
}
