using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Parsimony.Engine;

/// <summary>What every stage works with.</summary>
public sealed record StageContext
{
    private HedgeAllowance? _hedges;
    private SwitchBoard? _switches;
    private BoundCredentials? _credentials;
    private ForecastBook? _forecasts;
    private long _claims;

    /// <summary>The store.</summary>
    public required IEngineStore Store { get; init; }

    /// <summary>The configured providers.</summary>
    public required IProviderRegistry Providers { get; init; }

    /// <summary>The prices entries are booked at.</summary>
    public required PriceList Prices { get; init; }

    /// <summary>The settings.</summary>
    public required EngineOptions Options { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>This worker: unique per start.</summary>
    public required string Owner { get; init; }

    /// <summary>Tells waiting callers and the CLI what happened.</summary>
    public required EngineSignals Signals { get; init; }

    /// <summary>Plans what live calls ask of the prompt cache; null where none do.</summary>
    public PromptCacheAdvisor? Caches { get; init; }

    /// <summary>What a request's live call may ask of it; null for nothing.</summary>
    public Func<StoredRequest, CacheTerms?> CacheTerms { get; init; } = static _ => null;

    /// <summary>What the requests of a batch may ask of it, by model; null where caching is off.</summary>
    public Func<ModelId, CacheTerms?> BatchCacheTerms { get; init; } = static _ => Engine.CacheTerms.Planned;

    /// <summary>Chance in [0, 1), for jitter.</summary>
    public Func<double> Chance { get; init; } = static () => 0.5;

    /// <summary>Called at each <see cref="EffectPoint"/>.</summary>
    public Action<string> Reached { get; init; } = static _ => { };

    /// <summary>The log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Has live calls made over explicit caches; null where none are.</summary>
    internal ExplicitCaching? ExplicitCaches { get; init; }

    /// <summary>What second purchases may still cost, one account for all stages.</summary>
    internal HedgeAllowance Hedges => LazyInitializer.EnsureInitialized(ref _hedges, () => new HedgeAllowance(this));

    /// <summary>What operators hold back, one board for all stages.</summary>
    internal SwitchBoard Switches => LazyInitializer.EnsureInitialized(ref _switches, () => new SwitchBoard(this));

    /// <summary>The providers that work is bound to.</summary>
    internal BoundCredentials Credentials => LazyInitializer.EnsureInitialized(ref _credentials, () => new BoundCredentials(this));

    /// <summary>What is believed of times, one book for all stages and for those who enqueue.</summary>
    internal ForecastBook Forecasts => LazyInitializer.EnsureInitialized(ref _forecasts, () => new ForecastBook(this));

    /// <summary>The hit rates of live calls, by model, of all senders together.</summary>
    internal ConcurrentDictionary<ModelId, HitRateWatch> HitRates { get; } = new();

    internal DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>The lease of one claim, never given twice: two stages of one process must not pass for each other when one of them outlasts its lease.</summary>
    internal Lease NewLease(DateTimeOffset now) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Owner}#{Interlocked.Increment(ref _claims)}"), now + Options.LeaseTime);

    /// <summary>The same claim, from now.</summary>
    internal Lease Renewed(Lease lease) => lease with { Until = Now + Options.LeaseTime };

    internal TimeSpan StagePause(int failures) => Engine.Backoff.OfStage(failures, Chance());

    internal TimeSpan Backoff(int tries, TimeSpan? asked = null) => Engine.Backoff.After(tries, asked, Chance());
}
