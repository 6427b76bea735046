using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>How often costs are reported.</summary>
public enum CostReportingInterval
{
    /// <summary><c>hourly</c>.</summary>
    Hourly,

    /// <summary><c>daily</c>.</summary>
    Daily,

    /// <summary><c>weekly</c>.</summary>
    Weekly,

    /// <summary><c>monthly</c>.</summary>
    Monthly,
}

/// <summary>The settings all providers share (<c>optimization</c>).</summary>
public sealed record OptimizationConfiguration
{
    /// <summary>Whether per-request metrics are kept (<c>enableMetrics</c>).</summary>
    /// <value>True by default.</value>
    public bool EnableMetrics { get; init; } = true;

    /// <summary>Days payloads and per-request metrics are kept (<c>metricsRetentionDays</c>); the ledger has its own 400.</summary>
    /// <value>30 by default.</value>
    public int MetricsRetentionDays { get; init; } = 30;

    /// <summary>Whether savings are tracked (<c>trackCostSavings</c>).</summary>
    /// <value>True by default.</value>
    public bool TrackCostSavings { get; init; } = true;

    /// <summary>How often costs are reported (<c>costReportingInterval</c>).</summary>
    /// <value><see cref="CostReportingInterval.Daily"/> by default.</value>
    public CostReportingInterval CostReportingInterval { get; init; } = CostReportingInterval.Daily;

    /// <summary>Whether each decision is logged (<c>logOptimizationDecisions</c>).</summary>
    /// <value>True by default.</value>
    public bool LogOptimizationDecisions { get; init; } = true;

    /// <summary>The least severe level that is logged (<c>logLevel</c>).</summary>
    /// <value><see cref="LogLevel.Information"/> (<c>INFO</c>) by default.</value>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Requests that are accumulated before a batch is closed (<c>defaultBatchSize</c>).</summary>
    /// <value>100 by default.</value>
    public int DefaultBatchSize { get; init; } = 100;

    /// <summary>How long requests are accumulated at most (<c>defaultBatchTimeout</c>).</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan DefaultBatchTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether batch completion times are learnt (<c>learnCompletionTimes</c>); else a fixed hour is assumed.</summary>
    /// <value>True by default.</value>
    public bool LearnCompletionTimes { get; init; } = true;

    /// <summary>Whether what the prompt cache keeps now, and what requests share, is weighed when live calls and batches are compared (<c>weighCache</c>).</summary>
    /// <value>True by default.</value>
    public bool WeighCache { get; init; } = true;

    /// <summary>Lifetime of cache entries where a provider says none (<c>defaultCacheTTL</c>).</summary>
    /// <value>300 seconds by default.</value>
    public TimeSpan DefaultCacheTtl { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>A hit rate under this, 0-1, logs a warning (<c>cacheWarningThreshold</c>).</summary>
    /// <value>0.1 by default.</value>
    public double CacheWarningThreshold { get; init; } = 0.1;

    /// <summary>Whether alerts are raised at all (<c>enableAlerts</c>).</summary>
    /// <value>True by default.</value>
    public bool EnableAlerts { get; init; } = true;

    /// <summary>Whether failed optimisations raise an alert (<c>alertOnOptimizationFailure</c>).</summary>
    /// <value>True by default.</value>
    public bool AlertOnOptimizationFailure { get; init; } = true;

    /// <summary>Whether a low hit rate raises an alert (<c>alertOnLowCacheHitRate</c>).</summary>
    /// <value>True by default.</value>
    public bool AlertOnLowCacheHitRate { get; init; } = true;

    /// <summary>A hit rate under this, 0-1, raises the alert (<c>cacheHitRateThreshold</c>).</summary>
    /// <value>0.5 by default.</value>
    public double CacheHitRateThreshold { get; init; } = 0.5;
}
