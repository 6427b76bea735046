namespace Parsimony.Engine;

/// <summary>
/// Says what the prompt cache would do for requests that could go live or into a batch: by what this process knows to be kept, and by how many requests of a chunk begin
/// alike. Nothing is promised that live calls could not do in time. Thread safe.
/// </summary>
/// <param name="context">What the engine works with.</param>
/// <param name="terms">What a request's live call may ask of the cache; null for nothing: then its cache is not weighed.</param>
internal sealed class CacheWeighing(StageContext context, Func<IntakeRequest, CacheTerms?> terms)
{
    // What one live call of many takes, on the safe side; live calls wait for each other.
    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(10);

    // What is written for others is found for the most part where it is marked; what providers find by themselves is promised by nobody, UNVERIFIED.
    private const double MarkedPrior = 0.95;
    private const double ImplicitPrior = 0.5;

    private readonly Lock _lock = new();
    private DateTimeOffset _busyUntil = DateTimeOffset.MinValue;

    /// <summary>Counts what begins alike in a chunk; requests come back with their shared prefix, so that it is not made again.</summary>
    public ChunkOutlooks Count(IntakeRequest[] requests, DateTimeOffset now)
    {
        Parallel.For(0, requests.Length, index =>
        {
            if (requests[index] is { IsBulk: true, SharedPrefix: null, Envelope.Kind: EndpointKind.Chat or EndpointKind.Messages or EndpointKind.Responses } request)
            {
                requests[index] = request with { SharedPrefix = Fingerprinter.SharedPrefix(request.Envelope) };
            }
        });
        var groups = new Dictionary<(ModelId, string?, ulong), (IntakeRequest First, int Count, DateTimeOffset? Deadline)>();
        foreach (var request in requests)
        {
            if (request is { IsBulk: true, SharedPrefix: { } shared } && shared != default)
            {
                var key = KeyOf(request, shared);
                var (first, count, deadline) = groups.GetValueOrDefault(key, (request, 0, request.Deadline));
                groups[key] = (first, count + 1, request.Deadline < deadline ? request.Deadline : deadline);
            }
        }

        var outlooks = new Dictionary<(ModelId, string?, ulong), CacheOutlook>();
        foreach (var (key, (first, count, deadline)) in groups)
        {
            if (count > 1 && Look(first, count, now) is { } outlook)
            {
                var room = (deadline - now) ?? context.Options.BatchTimeout ?? TimeSpan.FromDays(1);
                outlooks[key] = HasRoom(count, room, now) ? outlook : outlook with { LiveHitRate = 0, WarmFor = null };
            }
        }

        return new ChunkOutlooks(outlooks);
    }

    /// <summary>What it would do for one request by itself: where its beginning is kept now.</summary>
    public CacheOutlook? Of(IntakeRequest request, DateTimeOffset now) => request.Deadline is null && !request.IsBulk ? null : Look(request, together: 1, now);

    /// <summary>Notes how many requests of a chunk go live because the cache makes that cheaper: those that come later wait for them.</summary>
    public void Note(NewRequest[] planned, DateTimeOffset now)
    {
        var live = planned.Count(request => request is { Route: Route.Live, Decision.Input.Cache: not null });
        if (live > 1)
        {
            lock (_lock)
            {
                _busyUntil = (_busyUntil > now ? _busyUntil : now) + TimeOf(live);
            }
        }
    }

    internal static (ModelId, string?, ulong) KeyOf(IntakeRequest request, Fingerprint shared) => (request.Envelope.Model, request.Credential, shared.High);

    /// <summary>Half of the room has to do: what is left is for what takes longer.</summary>
    private bool HasRoom(int count, TimeSpan room, DateTimeOffset now)
    {
        lock (_lock)
        {
            var waiting = _busyUntil > now ? _busyUntil - now : TimeSpan.Zero;
            return (waiting + TimeOf(count)) * 2 <= room;
        }
    }

    private TimeSpan TimeOf(int calls) => OneCall * calls / context.Options.ParallelSends;

    private CacheOutlook? Look(IntakeRequest request, int together, DateTimeOffset now)
    {
        if (context.Caches is not { } caches || terms(request) is not { Strategy: not CacheStrategy.None } asked
            || !(request.Credential is { } named ? context.Providers.TryFind(request.Envelope.Model.Provider, named, out var provider) : context.Providers.TryFind(request.Envelope.Model.Provider, out provider)))
        {
            return null;
        }

        var model = request.Envelope.Model;
        var question = new CacheQuestion { Envelope = request.Envelope, Credential = provider.CredentialName, Terms = asked };
        try
        {
            return CallersMarks.AreIn(request.Envelope) ? null : caches.Look(question, together, MarkedPrior, ImplicitPrior) is not var (rules, kept, shared) ? null : Weigh(model, rules, kept, shared, together, now);
        }
        catch (System.Text.Json.JsonException)
        {
            // Its own line, or call, will say what is wrong with it.
            return null;
        }
    }

    private CacheOutlook? Weigh(ModelId model, CacheRules rules, PrefixWarmth kept, int shared, int together, DateTimeOffset now)
    {
        var isShared = together > 1 && shared >= rules.MinimumTokens;
        if (kept.Tokens == 0 && !isShared)
        {
            return null;
        }

        var followers = isShared ? (together - 1d) / together : 0;
        var left = kept.Until - now;
        // An entry that is about to end may not be met.
        var live = kept.Tokens > 0 ? kept.Chance * Math.Clamp(left / TimeSpan.FromSeconds(30), followers, 1) : kept.Chance * followers;
        var read = BatchRead(model, rules, now);
        return new CacheOutlook(
            kept.Tokens > 0 ? kept.Tokens : shared, live, followers * context.Forecasts.BatchHitsOf(model).Expected, rules.ReadMultiplier, rules.WriteMultiplier,
            StacksWithBatch: CapabilityMatrix.FactsOf(model.Provider.Value)?.Stacks != false && context.BatchCacheTerms(model) is { Strategy: not CacheStrategy.None })
        {
            BatchReadMultiplier = read == rules.ReadMultiplier ? null : read,
            WarmFor = kept.Tokens > 0 ? left : null,
        }.Rounded();
    }

    /// <summary>What a read costs in a batch, in tokens of a batch; the whole where no price says less.</summary>
    private double BatchRead(ModelId model, CacheRules rules, DateTimeOffset now)
    {
        const long Few = 1_000;
        var plain = context.Prices.Price(model, new TokenUsage { UncachedInput = Few }, PriceTier.Batch, now).Usd;
        var read = context.Prices.Price(model, new TokenUsage { CacheRead = Few }, PriceTier.Batch, now).Usd;
        return plain is > 0 && read is not null ? (double)(read / plain) : plain is null ? rules.ReadMultiplier : 1;
    }
}

/// <summary>What the cache would do for the requests of a chunk, by what they share. Thread safe.</summary>
internal sealed class ChunkOutlooks(Dictionary<(ModelId, string?, ulong), CacheOutlook> outlooks)
{
    /// <summary>The outlook of one of its requests; null where nothing is known.</summary>
    public CacheOutlook? Of(IntakeRequest request) => request.SharedPrefix is { } shared ? outlooks.GetValueOrDefault(CacheWeighing.KeyOf(request, shared)) : null;
}
