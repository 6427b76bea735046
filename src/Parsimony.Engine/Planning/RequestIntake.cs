using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Parsimony.Engine;

/// <summary>The way into the engine: fingerprints, plans and queues requests. Nothing is sent here.</summary>
public sealed partial class RequestIntake(StageContext context, IdSource ids)
{
    /// <summary>Most requests in one call of <see cref="EnqueueAsync"/>.</summary>
    public const int MaxChunk = 10_000;

    private readonly DecisionContexts _contexts = new();
    private readonly LikeNeighbours _neighbours = new();

    /// <summary>Whether requests that could be batched are, unless they say otherwise; the opt-in of the workload.</summary>
    public Func<ModelId, bool> BatchingEnabled { get; init; } = static _ => true;

    /// <summary>The route the configuration asks for; null leaves it to the planner.</summary>
    public Func<IntakeRequest, RoutePreference?>? Preference { get; init; }

    /// <summary>Whether a request may go into its provider's slower tier of a lower price, where there is one.</summary>
    public Func<IntakeRequest, bool> FlexEnabled { get; init; } = static _ => false;

    /// <summary>What a prompt cache would do for a request, by somebody else's count; null for this engine's own. Called on several threads at once.</summary>
    public Func<IntakeRequest, CacheOutlook?>? CacheOutlook { get; init; }

    /// <summary>What is kept, and what begins alike; null where the cache is not weighed.</summary>
    internal CacheWeighing? Caching { get; init; }

    /// <summary>What the configuration says of a request's workload.</summary>
    public Func<IntakeRequest, WorkloadTerms>? Terms { get; init; }

    /// <summary>Accepts requests, at most <see cref="MaxChunk"/>, in one transaction; equal ones that are there already are answered with what is there.</summary>
    /// <exception cref="ProviderException">A request's provider is not configured; nothing was accepted.</exception>
    /// <exception cref="RequestRefusedException">A constraint of a request, or an operator's switch, forbids to accept it; nothing was accepted.</exception>
    /// <exception cref="ArgumentException">A name is too long to be stored; the message says which; nothing was accepted.</exception>
    /// <exception cref="BudgetExceededException">A hard budget has no room for all of them; nothing was accepted.</exception>
    public async Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(IReadOnlyList<IntakeRequest> requests, CancellationToken cancellationToken = default)
    {
        await context.Switches.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await context.Forecasts.FirstLookAsync(cancellationToken).ConfigureAwait(false);
        var now = context.Clock.GetUtcNow();
        return await AcceptAsync(Prepare(requests, static request => request, now), now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Accepts many chunks of a caller's own items, each of at most <see cref="MaxChunk"/>, one transaction each and in their order. The next chunk is
    /// fetched and planned while one is stored, so that two processors are busy; one chunk ahead and no more.
    /// </summary>
    /// <param name="chunks">The items; enumerated away from the caller's thread, one chunk at a time.</param>
    /// <param name="request">The request of an item; called on several threads at once.</param>
    /// <param name="cancellationToken">Ends it; chunks that were answered stay accepted.</param>
    /// <returns>Each chunk with what was accepted for it, once it is stored.</returns>
    /// <exception cref="ProviderException">A request's provider is not configured; nothing of its chunk was accepted.</exception>
    /// <exception cref="RequestRefusedException">A constraint of a request, or an operator's switch, forbids to accept it; nothing of its chunk was accepted.</exception>
    /// <exception cref="BudgetExceededException">A hard budget has no room for a chunk; nothing of it was accepted.</exception>
    public async IAsyncEnumerable<AcceptedChunk<T>> EnqueueAllAsync<T>(
        IAsyncEnumerable<IReadOnlyList<T>> chunks, Func<T, IntakeRequest> request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var source = chunks.GetAsyncEnumerator(cancellationToken);
        await using var reading = source.ConfigureAwait(false);
        var next = PlanNextAsync(source, request);
        try
        {
            while (await next.ConfigureAwait(false) is var (items, planned, now))
            {
                next = PlanNextAsync(source, request);
                yield return new AcceptedChunk<T>(items, await AcceptAsync(planned, now, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            // The source must not be closed while it is read.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<(IReadOnlyList<T> Items, NewRequest[] Planned, DateTimeOffset Now)?> PlanNextAsync<T>(
        IAsyncEnumerator<IReadOnlyList<T>> source, Func<T, IntakeRequest> request) => Task.Run<(IReadOnlyList<T>, NewRequest[], DateTimeOffset)?>(async () =>
    {
        if (!await source.MoveNextAsync().ConfigureAwait(false))
        {
            return null;
        }

        await context.Switches.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        await context.Forecasts.FirstLookAsync(CancellationToken.None).ConfigureAwait(false);
        var now = context.Clock.GetUtcNow();
        return (source.Current, Prepare(source.Current, request, now), now);
    });

    private async Task<IReadOnlyList<EnqueuedRequest>> AcceptAsync(NewRequest[] planned, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<EnqueuedRequest> accepted;
        try
        {
            accepted = await context.Store.Requests.EnqueueAsync(planned, now, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetExceededException exception)
        {
            ParsimonyTelemetry.Count(exception.Refusal);
            throw;
        }

        LogDecisions(context.Logger, planned, accepted);
        context.Reached(EffectPoint.Enqueued);
        context.Signals.Wake();
        return accepted;
    }

    private NewRequest[] Prepare<T>(IReadOnlyList<T> items, Func<T, IntakeRequest> request, DateTimeOffset now)
    {
        if (Caching is null || CacheOutlook is not null || items.Count < 2)
        {
            return PrepareEach(items, request, chunk: null, now);
        }

        // What begins alike is counted before the first is planned.
        IntakeRequest[] requests = [.. items.Select(request)];
        var planned = PrepareEach(requests, static one => one, Caching.Count(requests, now), now);
        Caching.Note(planned, now);
        return planned;
    }

    private NewRequest[] PrepareEach<T>(IReadOnlyList<T> items, Func<T, IntakeRequest> request, ChunkOutlooks? chunk, DateTimeOffset now)
    {
        var planned = new NewRequest[items.Count];
        // Planning is pure, so a large chunk uses every core.
        if (planned.Length >= 256)
        {
            try
            {
                Parallel.For(0, planned.Length, index => planned[index] = PrepareStored(request(items[index]), chunk, now));
            }
            catch (AggregateException exception)
            {
                // One fault is as good as another: nothing of the chunk is accepted.
                ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
            }
        }
        else
        {
            for (var index = 0; index < planned.Length; index++)
            {
                planned[index] = PrepareStored(request(items[index]), chunk, now);
            }
        }

        return planned;
    }

    /// <summary>The plan of a request that is to be stored.</summary>
    private NewRequest PrepareStored(IntakeRequest request, ChunkOutlooks? chunk, DateTimeOffset now)
    {
        var terms = TermsOf(request);
        if (terms.Constraints.NoStore)
        {
            throw new RequestRefusedException(
                "no_store", "The constraint no_store forbids to write a request to the store, and what is durable is written there before it is sent. Make it as a plain call, or leave the constraint out.");
        }

        var planned = Prepare(request, terms, chunk, now);
        return context.Switches.Find(planned.Profile.Model.Provider, planned.Profile.Credential) is { Setting: >= SwitchSetting.Draining } held
            ? throw new RequestRefusedException("switched_off", $"Nothing new is accepted: {held}. Use another provider, or wait until it is resumed ('parsimony provider resume {held.Provider}').")
            : planned;
    }

    /// <summary>What a request asks for, together with what the configuration says of its workload.</summary>
    private WorkloadTerms TermsOf(IntakeRequest request)
    {
        if (Terms?.Invoke(request) is not { } said)
        {
            return request.Constraints.IsNone && request.Priority is null ? WorkloadTerms.None : new WorkloadTerms(request.Priority, request.Constraints);
        }

        try
        {
            return new WorkloadTerms(request.Priority ?? said.Priority, request.Constraints.And(said.Constraints));
        }
        catch (FormatException exception)
        {
            throw new RequestRefusedException("region", exception.Message);
        }
    }

    /// <summary>The plan of a request, with what it would be stored as; calls nobody and stores nothing.</summary>
    /// <exception cref="RequestRefusedException">No connection is configured for the region it is constrained to.</exception>
    public NewRequest Prepare(IntakeRequest request, DateTimeOffset now) => Prepare(request, TermsOf(request), chunk: null, now);

    private NewRequest Prepare(IntakeRequest request, WorkloadTerms terms, ChunkOutlooks? chunk, DateTimeOffset now)
    {
        var envelope = request.Envelope;
        var provider = Find(envelope.Model.Provider, request.Credential, terms.Constraints.Region);
        var fingerprint = request.Fingerprint ?? Fingerprinter.Of(envelope);
        var estimate = TokenEstimate.Of(envelope);
        var backend = provider.Batches;
        var lineBytes = backend?.MeasureLine(envelope);
        var asked = new PlanRequest
        {
            Envelope = envelope,
            Deadline = request.Deadline,
            IsBulk = request.IsBulk,
            Constraints = terms.Constraints,
            BatchAccepts = lineBytes is not null,
            Tokens = estimate,
        };
        var known = new PlanContext
        {
            Now = now,
            Batch = backend?.Limits,
            BatchingEnabled = BatchingEnabled(envelope.Model),
            Completion = context.Options.Completion,
            Forecast = context.Forecasts.Find(provider.Id, envelope.Model.Name, context.Options.FillCount),
            Preference = Preference?.Invoke(request),
            Cache = CacheOutlook is { } counted ? counted(request) : chunk?.Of(request) ?? Caching?.Of(request, now),
            BatchTimeout = context.Options.BatchTimeout,
            ShutBecause = context.Switches.Find(provider.Id, provider.CredentialName) is { Setting: >= SwitchSetting.Draining } held ? held.ToString() : null,
            FlexTime = FlexEnabled(request) && provider.TakesFlexible(envelope) ? context.Options.LiveTimeout : null,
            Prices = context.Prices,
        };
        var plan = Planner.Plan(asked, known);
        return new NewRequest
        {
            Id = new RequestId(ids.Next()),
            Identity = new RequestIdentity { Scope = request.Scope, CallerKey = request.CallerKey, Ordinal = request.Ordinal, Fingerprint = fingerprint },
            Body = envelope.Bytes,
            Profile = _neighbours.ProfileOf(envelope, provider.CredentialName, request.Dimensions, terms.Priority ?? RequestPriority.Normal),
            Route = plan.Route,
            Reason = _neighbours.ReasonOf(plan),
            Deadline = request.Deadline,
            EscalateAt = plan.EscalateAt,
            PrefixKey = plan.Route == Route.Batch ? (request.SharedPrefix ?? Fingerprinter.SharedPrefix(envelope)).High : 0,
            LineBytes = plan.Route == Route.Batch ? lineBytes ?? 0 : 0,
            TokenBound = estimate.MeanInput,
            BoundUsd = Bound(envelope.Model, estimate, now),
            Lane = plan.Route == Route.Batch && backend is not null ? _neighbours.LaneOf(backend.Limits) : null,
            Decision = new PlannedDecision(_contexts.Of(asked, known), DecisionInput.Of(asked, known), plan.ExpectedUsd),
        };
    }

    /// <summary>Upper bound of one attempt at the dearer, live price; null when the price, or the output limit, is unknown.</summary>
    private decimal? Bound(ModelId model, TokenEstimate estimate, DateTimeOffset now) =>
        (estimate.MaxOutput ?? ModelCatalogue.Default.Find(model)?.MaxOutputTokens * (long)estimate.Choices ?? (IsInputOnly(model, now) ? 0 : null)) is { } output
            ? context.Prices.UpperBound(model, estimate.InputBound, output, PriceTier.Live, now).Usd
            : null;

    private bool IsInputOnly(ModelId model, DateTimeOffset now) =>
        context.Prices.UpperBound(model, 0, 1_000_000, PriceTier.Live, now).Usd is 0m;

    private IProvider Find(ProviderId id, string? credential, string? region)
    {
        if (region is not null)
        {
            return context.Providers.FindIn(region, id, credential);
        }

        IProvider? provider;
        var found = credential is null ? context.Providers.TryFind(id, out provider) : context.Providers.TryFind(id, credential, out provider);
        return found && provider is not null
            ? provider
            : throw new ProviderException(id, new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "not-configured"));
    }
}
