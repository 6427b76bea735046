using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>Reads the sections that are no provider lists.</summary>
internal static class SectionReader
{
    public static OptimizationConfiguration Optimization(MapReader map)
    {
        var without = new OptimizationConfiguration();
        var read = without with
        {
            EnableMetrics = map.Flag("enableMetrics") ?? without.EnableMetrics,
            MetricsRetentionDays = map.Count("metricsRetentionDays") ?? without.MetricsRetentionDays,
            TrackCostSavings = map.Flag("trackCostSavings") ?? without.TrackCostSavings,
            CostReportingInterval = map.Word(
                "costReportingInterval",
                ("hourly", CostReportingInterval.Hourly),
                ("daily", CostReportingInterval.Daily),
                ("weekly", CostReportingInterval.Weekly),
                ("monthly", CostReportingInterval.Monthly)) ?? without.CostReportingInterval,
            LogOptimizationDecisions = map.Flag("logOptimizationDecisions") ?? without.LogOptimizationDecisions,
            LogLevel = map.Word(
                "logLevel",
                ("TRACE", LogLevel.Trace),
                ("DEBUG", LogLevel.Debug),
                ("INFO", LogLevel.Information),
                ("INFORMATION", LogLevel.Information),
                ("WARNING", LogLevel.Warning),
                ("WARN", LogLevel.Warning),
                ("ERROR", LogLevel.Error),
                ("CRITICAL", LogLevel.Critical)) ?? without.LogLevel,
            DefaultBatchSize = map.Count("defaultBatchSize") ?? without.DefaultBatchSize,
            DefaultBatchTimeout = map.Seconds("defaultBatchTimeout") ?? without.DefaultBatchTimeout,
            LearnCompletionTimes = map.Flag("learnCompletionTimes") ?? without.LearnCompletionTimes,
            WeighCache = map.Flag("weighCache") ?? without.WeighCache,
            DefaultCacheTtl = map.Seconds("defaultCacheTTL") ?? without.DefaultCacheTtl,
            CacheWarningThreshold = map.Number("cacheWarningThreshold", 0, 1, "a share") ?? without.CacheWarningThreshold,
            EnableAlerts = map.Flag("enableAlerts") ?? without.EnableAlerts,
            AlertOnOptimizationFailure = map.Flag("alertOnOptimizationFailure") ?? without.AlertOnOptimizationFailure,
            AlertOnLowCacheHitRate = map.Flag("alertOnLowCacheHitRate") ?? without.AlertOnLowCacheHitRate,
            CacheHitRateThreshold = map.Number("cacheHitRateThreshold", 0, 1, "a share") ?? without.CacheHitRateThreshold,
        };
        map.End();
        return read;
    }

    public static ImageBatchConfiguration ImageBatching(MapReader map)
    {
        var without = new ImageBatchConfiguration();
        var operations = map.Map("enableForOperations");
        var read = without with
        {
            Enabled = map.Flag("enabled") ?? without.Enabled,
            Mode = map.Word(
                "mode",
                ("deferred", ImageBatchMode.Deferred),
                ("immediate", ImageBatchMode.Immediate),
                ("poll", ImageBatchMode.Immediate)) ?? without.Mode,
            MaxWait = map.Span("maxWaitHours", "hours", TimeSpan.FromHours(1)) ?? without.MaxWait,
            PollInterval = map.Span("pollIntervalMs", "milliseconds", TimeSpan.FromMilliseconds(1)) ?? without.PollInterval,
            VisionEnabled = map.Flag("visionEnabled") ?? without.VisionEnabled,
            LlmEnabled = map.Flag("llmEnabled") ?? without.LlmEnabled,
            FallbackToStandard = map.Flag("fallbackToStandard") ?? without.FallbackToStandard,
            CostTracking = map.Flag("costTracking") ?? without.CostTracking,
            HybridMode = map.Flag("hybridMode") ?? without.HybridMode,
            MaxBatchSize = map.Count("maxBatchSize") ?? without.MaxBatchSize,
            VisionRanking = operations.Flag("visionRanking") ?? without.VisionRanking,
            Critique = operations.Flag("critique") ?? without.Critique,
            Refinement = operations.Flag("refinement") ?? without.Refinement,
        };
        operations.End();
        map.End();
        return read;
    }
}
