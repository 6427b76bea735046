using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Parsimony.Engine;

/// <summary>One process's engine, put together: the callers' side always, the stages while <see cref="RunAsync"/> runs and the engine lock is held.</summary>
public sealed class EngineRuntime : IAsyncDisposable
{
    private readonly ReplyWaiter _waiter;
    private readonly NoticeListener _notices;

    /// <summary>Puts an engine together.</summary>
    /// <param name="setup">What it works with.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message lists every fault.</exception>
    public EngineRuntime(EngineSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        if (setup.Options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(setup));
        }

        var ids = new IdSource(setup.Clock, setup.RandomBytes);
        var store = new ObservedStore(setup.Store);
        Signals = new EngineSignals();
        Context = new StageContext
        {
            Store = store,
            Providers = setup.Providers,
            Prices = setup.Prices,
            Options = setup.Options,
            Clock = setup.Clock,
            Owner = setup.Owner ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{ids.Next():n}"),
            Signals = Signals,
            Caches = new PromptCacheAdvisor(setup.Prices, setup.Clock) { Drift = new PrefixDriftMonitor(new PrefixDriftDetector(), setup.Prices, setup.Logger) },
            ExplicitCaches = new ExplicitCaching(setup.Prices, setup.Clock, new ExplicitCacheBook(store, setup.Prices, setup.Clock, ids), setup.Logger),
            CacheTerms = setup.CacheTerms,
            BatchCacheTerms = setup.BatchCacheTerms,
            Chance = setup.Chance,
            Reached = setup.Reached,
            Logger = setup.Logger,
        };
        Intake = new RequestIntake(Context, ids) { BatchingEnabled = setup.BatchingEnabled, FlexEnabled = setup.FlexEnabled, Terms = setup.Terms, Preference = setup.Preference, CacheOutlook = setup.CacheOutlook, Caching = setup.PlannedCacheTerms is { } planned ? new CacheWeighing(Context, planned) : null };
        _notices = new NoticeListener(store, Signals, setup.Clock, failures => Context.StagePause(failures));
        _waiter = new ReplyWaiter(store, Signals, setup.Options, setup.Clock) { Waiting = _notices.Start };
        Client = new EngineClient(Context, Intake, _waiter, ids);
        Loop = new EngineLoop(Context);
    }

    /// <summary>What the stages work with.</summary>
    public StageContext Context { get; }

    /// <summary>The way in.</summary>
    public RequestIntake Intake { get; }

    /// <summary>The callers' side: enqueue, wait, read.</summary>
    public EngineClient Client { get; }

    /// <summary>What happened in this process's engine.</summary>
    public EngineSignals Signals { get; }

    /// <summary>The stages' loops.</summary>
    public EngineLoop Loop { get; }

    /// <summary>Runs the stages whenever this process can hold the engine lock, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        _notices.Start();
        return Loop.RunAsync(cancellationToken);
    }

    /// <summary>Ends all waits; the store stays its owner's.</summary>
    public ValueTask DisposeAsync()
    {
        _notices.Dispose();
        _waiter.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What an engine is put together from.</summary>
public sealed record EngineSetup
{
    /// <summary>The store; not disposed by the engine.</summary>
    public required IEngineStore Store { get; init; }

    /// <summary>The configured providers.</summary>
    public required IProviderRegistry Providers { get; init; }

    /// <summary>The prices entries are booked at; the built-in list by default.</summary>
    public PriceList Prices { get; init; } = PriceList.Default;

    /// <summary>The settings.</summary>
    public EngineOptions Options { get; init; } = new();

    /// <summary>The clock; a scaled one under a sandbox.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>This worker's name, unique per start; made up by default.</summary>
    public string? Owner { get; init; }

    /// <summary>Chance in [0, 1), for jitter.</summary>
    public Func<double> Chance { get; init; } = new Random().NextDouble;

    /// <summary>Fills ids with random bytes; the operating system's generator by default.</summary>
    public Action<Span<byte>>? RandomBytes { get; init; }

    /// <summary>Called at each <see cref="EffectPoint"/>.</summary>
    public Action<string> Reached { get; init; } = static _ => { };

    /// <summary>Whether batching is switched on for a model's workload.</summary>
    public Func<ModelId, bool> BatchingEnabled { get; init; } = static _ => true;

    /// <summary>Whether a request may go into its provider's slower tier of a lower price (OpenAI's flex), where its deadline allows that; never by default.</summary>
    public Func<IntakeRequest, bool> FlexEnabled { get; init; } = static _ => false;

    /// <summary>What the engine's own live calls may ask of the prompt cache; nothing by default.</summary>
    public Func<StoredRequest, CacheTerms?> CacheTerms { get; init; } = static _ => null;

    /// <summary>What the requests of its batches may ask of it, by model; null where caching is off. On by default: batching is the opt-in.</summary>
    public Func<ModelId, CacheTerms?> BatchCacheTerms { get; init; } = static _ => Engine.CacheTerms.Planned;

    /// <summary>What the configuration says of a request's workload: its priority and constraints. Null for nothing.</summary>
    public Func<IntakeRequest, WorkloadTerms>? Terms { get; init; }

    /// <summary>The route the configuration asks for. Null for none.</summary>
    public Func<IntakeRequest, RoutePreference?>? Preference { get; init; }

    /// <summary>
    /// What a request may ask of the prompt cache if it goes live: then what is kept now, and what requests that are accepted together share, is weighed against a batch. Null where it is
    /// not weighed; called on several threads at once.
    /// </summary>
    public Func<IntakeRequest, CacheTerms?>? PlannedCacheTerms { get; init; }

    /// <summary>What a prompt cache would do for a request, in place of the engine's own count. Null for that; called on several threads at once.</summary>
    public Func<IntakeRequest, CacheOutlook?>? CacheOutlook { get; init; }

    /// <summary>The log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
