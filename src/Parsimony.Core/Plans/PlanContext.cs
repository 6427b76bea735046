namespace Parsimony;

/// <summary>All a planning decision looks at, immutable: the same request and context always give the same plan.</summary>
public sealed record PlanContext
{
    /// <summary>The instant the decision is for.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the provider's batch API demands; null when it has none.</summary>
    public BatchLimits? Batch { get; init; }

    /// <summary>Whether batching is switched on for this workload.</summary>
    public required bool BatchingEnabled { get; init; }

    /// <summary>What is assumed of times where nothing is learnt.</summary>
    public CompletionPrior Completion { get; init; } = CompletionPrior.Fixed;

    /// <summary>What is learnt of times; null where learning is switched off: then <see cref="Completion"/> alone decides.</summary>
    public RouteForecast? Forecast { get; init; }

    /// <summary>What a prompt cache would do for this request; null when nothing is known.</summary>
    public CacheOutlook? Cache { get; init; }

    /// <summary>The route that was asked for; null leaves it to the planner.</summary>
    public RoutePreference? Preference { get; init; }

    /// <summary>How long one of many without a deadline may stay in a batch; null for as long as its provider takes.</summary>
    public TimeSpan? BatchTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Why the provider takes no new batches, where an operator said so; null when it does.</summary>
    public string? ShutBecause { get; init; }

    /// <summary>The time a call in the provider's slower tier may take before it is given up for a plain one; null where that tier is not offered, or not wanted.</summary>
    public TimeSpan? FlexTime { get; init; }

    /// <summary>Prices.</summary>
    public required PriceList Prices { get; init; }
}

/// <summary>What is assumed about completion times until they are learnt.</summary>
/// <param name="Name">Named in reasons, so a reader knows what was believed.</param>
/// <param name="Typical">By when a batch is expected to have ended, counted from its submission.</param>
/// <param name="LiveCall">Time kept free for one live call.</param>
/// <param name="Fill">Time a batch may stay open to be filled.</param>
public sealed record CompletionPrior(string Name, TimeSpan Typical, TimeSpan LiveCall, TimeSpan Fill)
{
    /// <summary>
    /// The fixed prior: most batches end within the hour ("most batches finish in less than 1 hour",
    /// https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28; no such figure from OpenAI, taken alike).
    /// </summary>
    public static CompletionPrior Fixed { get; } = new("fixed-1h", TimeSpan.FromHours(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
}

/// <summary>What a plan is asked for.</summary>
public sealed record PlanRequest
{
    /// <summary>What is asked.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>By when the answer must be there; null for "no deadline given".</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether it is one of many (a list of calls, a batch-file line, a bulk record): then no deadline means the batch time-out.</summary>
    public bool IsBulk { get; init; }

    /// <summary>What may not be done with its data.</summary>
    public DataConstraints Constraints { get; init; } = DataConstraints.None;

    /// <summary>What it may come to in tokens; null when nobody counted: then nothing is weighed by cost.</summary>
    public TokenEstimate? Tokens { get; init; }

    /// <summary>How many output tokens are likely; null for 250 for each answer, or the request's limit where that is lower.</summary>
    public long? ExpectedOutput { get; init; }

    /// <summary>Whether the provider's batch API takes this envelope.</summary>
    public required bool BatchAccepts { get; init; }
}
