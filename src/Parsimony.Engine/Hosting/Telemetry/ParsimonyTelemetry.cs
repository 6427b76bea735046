using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Parsimony.Engine;

/// <summary>
/// What Parsimony measures and traces, by name. The <c>gen_ai</c> names are OpenTelemetry's conventions for generative AI, status Development
/// (https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md, read 2026-11-21); the others are ours.
/// </summary>
public static class ParsimonyTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Parsimony";

    /// <summary>Every metric's name, in the order of docs/telemetry.md.</summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        "gen_ai.client.operation.duration", "gen_ai.client.token.usage",
        "parsimony.request.cost", "parsimony.request.saved", "parsimony.request.unpriced",
        "parsimony.batch.submitted", "parsimony.batch.requests", "parsimony.batch.duration", "parsimony.batch.cancel.duration",
        "parsimony.batch.cache.expected", "parsimony.batch.cache.hits",
        "parsimony.ledger.lost", "parsimony.node.clock_skew", "parsimony.budget.refused", "parsimony.budget.warnings",
        "parsimony.cache.calls", "parsimony.cache.tokens",
    ];

    /// <summary>Every attribute's name, of metrics and spans, in the order of docs/telemetry.md.</summary>
    public static IReadOnlyList<string> Attributes { get; } =
    [
        OperationName, ProviderName, RequestModel, ResponseModel, TokenType, InputTokens, OutputTokens, ErrorType,
        RouteName, SavedBy, StageName, StageCount, RequestId, NodeName, BudgetDimensionName, BudgetPeriodName, BudgetPercent,
        CacheReuse, CacheExpected, CacheMeasured, CacheUse,
    ];

    /// <summary>Counts live calls whose ledger entries could not be written.</summary>
    /// <param name="entries">How many.</param>
    public static void CountLost(long entries) => LedgerLost.Add(entries);

    /// <summary>Counts something a hard budget refused.</summary>
    /// <param name="refusal">Which budget.</param>
    public static void Count(BudgetRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        BudgetRefused.Add(1, Tags(refusal.Use.Budget));
    }

    internal const string CacheReuse = "parsimony.cache.reuse";
    internal const string CacheExpected = "parsimony.cache.expected";
    internal const string CacheMeasured = "parsimony.cache.measured";
    internal const string CacheUse = "parsimony.cache.use";
    internal const string BudgetDimensionName = "parsimony.budget.dimension";
    internal const string BudgetPeriodName = "parsimony.budget.period";
    internal const string BudgetPercent = "parsimony.budget.percent";
    internal const string OperationName = "gen_ai.operation.name";
    internal const string ProviderName = "gen_ai.provider.name";
    internal const string RequestModel = "gen_ai.request.model";
    internal const string ResponseModel = "gen_ai.response.model";
    internal const string TokenType = "gen_ai.token.type";
    internal const string InputTokens = "gen_ai.usage.input_tokens";
    internal const string OutputTokens = "gen_ai.usage.output_tokens";
    internal const string ErrorType = "error.type";
    internal const string RouteName = "parsimony.route";
    internal const string SavedBy = "parsimony.saved_by";
    internal const string StageName = "parsimony.stage";
    internal const string StageCount = "parsimony.stage.count";
    internal const string RequestId = "parsimony.request.id";
    internal const string NodeName = "parsimony.node";

    private static readonly ConcurrentDictionary<string, double> Skews = new(StringComparer.Ordinal);

    internal static Meter Meter { get; } = new(Name);

    internal static ActivitySource Source { get; } = new(Name);

    internal static Histogram<double> OperationDuration { get; } = Meter.CreateHistogram(
        "gen_ai.client.operation.duration", "s", "How long a live call took.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });

    internal static Histogram<long> TokenUsage { get; } = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Tokens of one booked attempt.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    internal static Counter<double> Cost { get; } = Meter.CreateCounter<double>("parsimony.request.cost", "{USD}", "Booked cost.");

    // Prompt caching can cost more than it saves, so this may fall.
    internal static UpDownCounter<double> Saved { get; } = Meter.CreateUpDownCounter<double>("parsimony.request.saved", "{USD}", "Baseline less cost, by cause.");

    internal static Counter<long> Unpriced { get; } = Meter.CreateCounter<long>("parsimony.request.unpriced", "{entry}", "Booked attempts of unknown cost.");

    internal static Counter<long> BatchSubmitted { get; } = Meter.CreateCounter<long>("parsimony.batch.submitted", "{batch}", "Batches a provider has accepted.");

    internal static Counter<long> BatchRequests { get; } = Meter.CreateCounter<long>("parsimony.batch.requests", "{request}", "Requests in those batches.");

    internal static Histogram<double> BatchDuration { get; } = Meter.CreateHistogram<double>("parsimony.batch.duration", "s", "From a batch's create to its end.");

    internal static Histogram<double> BatchCancelDuration { get; } = Meter.CreateHistogram<double>("parsimony.batch.cancel.duration", "s", "From a batch's cancel to its end.");

    internal static Counter<long> BatchHitsExpected { get; } = Meter.CreateCounter<long>(
        "parsimony.batch.cache.expected", "{request}", "Requests of batches that were expected to read the prompt cache.");

    internal static Counter<long> BatchHits { get; } = Meter.CreateCounter<long>("parsimony.batch.cache.hits", "{request}", "Those that did.");

    internal static Counter<long> LedgerLost { get; } = Meter.CreateCounter<long>("parsimony.ledger.lost", "{entry}", "Live calls that could not be booked.");

    internal static ObservableGauge<double> ClockSkew { get; } = Meter.CreateObservableGauge(
        "parsimony.node.clock_skew", () => Skews.Select(skew => new Measurement<double>(skew.Value, new KeyValuePair<string, object?>(NodeName, skew.Key))),
        "s", "This node's clock less the store's.");

    internal static void NoteSkew(string node, TimeSpan skew) => Skews[node] = skew.TotalSeconds;

    internal static void ForgetSkew(string node) => Skews.TryRemove(node, out _);

    internal static Counter<long> BudgetRefused { get; } = Meter.CreateCounter<long>("parsimony.budget.refused", "{call}", "Calls that a hard budget had no room for.");

    internal static Counter<long> BudgetWarnings { get; } = Meter.CreateCounter<long>("parsimony.budget.warnings", "{warning}", "Budgets that reached 50, 80 or 100 percent.");

    /// <summary>Counts expected or measured hits of a batch.</summary>
    internal static void CountHits(Observation observation)
    {
        var tags = Tags(new ModelId(observation.Provider, observation.Model), EndpointKind.Chat, Route.Batch);
        switch (observation.Kind)
        {
            case ObservationKind.BatchHitsExpected:
                BatchHitsExpected.Add(observation.Hits, tags);
                break;
            case ObservationKind.BatchHits:
                BatchHits.Add(observation.Hits, tags);
                break;
        }
    }

    internal static Counter<long> CacheCalls { get; } = Meter.CreateCounter<long>("parsimony.cache.calls", "{call}", "Live calls whose use of the prompt cache was planned.");

    internal static Counter<long> CacheTokens { get; } = Meter.CreateCounter<long>("parsimony.cache.tokens", "{token}", "Tokens those calls read from the prompt cache and wrote to it.");

    /// <summary>Counts what a planned call did with the prompt cache.</summary>
    internal static void Count(CacheAdvice advice, in TokenUsage usage)
    {
        if (CacheCalls.Enabled)
        {
            var calls = Tags(advice.Model, EndpointKind.Chat, Route.Live);
            calls.Add(CacheReuse, advice.Reuse.ToString().ToLowerInvariant());
            calls.Add(CacheExpected, advice.ExpectedRead > 0 ? "hit" : advice.ExpectedWrite > 0 ? "write" : "nothing");
            calls.Add(CacheMeasured, usage.CacheRead > 0 ? "hit" : usage.CacheWriteShort + usage.CacheWriteLong > 0 ? "write" : "nothing");
            CacheCalls.Add(1, calls);
        }

        CountCached(advice, "read", usage.CacheRead);
        CountCached(advice, "write", usage.CacheWriteShort + usage.CacheWriteLong);
    }

    private static void CountCached(CacheAdvice advice, string use, long tokens)
    {
        if (tokens > 0 && CacheTokens.Enabled)
        {
            var tags = Tags(advice.Model, EndpointKind.Chat, Route.Live);
            tags.Add(CacheUse, use);
            CacheTokens.Add(tokens, tags);
        }
    }

    /// <summary>Counts a budget that reached a level.</summary>
    internal static void Warn(BudgetUse use)
    {
        var tags = Tags(use.Budget);
        tags.Add(BudgetPercent, use.WarnedPercent);
        BudgetWarnings.Add(1, tags);
    }

    // Not whose it is: there may be as many values as there are sessions.
    private static TagList Tags(Budget budget) => new()
    {
        { BudgetDimensionName, budget.Dimension.ToString().ToLowerInvariant() },
        { BudgetPeriodName, budget.Period.ToString().ToLowerInvariant() },
    };

    /// <summary>An operation's name in the conventions' words.</summary>
    internal static string Operation(EndpointKind kind) => kind switch
    {
        EndpointKind.Embeddings => "embeddings",
        EndpointKind.Images => "generate_content",
        _ => "chat",
    };

    /// <summary>The attributes every metric about a model has.</summary>
    internal static TagList Tags(ModelId model, EndpointKind kind, Route route) => new()
    {
        { OperationName, Operation(kind) },
        { ProviderName, SemanticProviderNames.Of(model.Provider) },
        { RequestModel, model.Name },
        { RouteName, route switch { Route.Batch => "batch", Route.Flex => "flex", _ => "live" } },
    };
}
