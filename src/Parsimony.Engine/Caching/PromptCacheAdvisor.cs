using System.Collections.Concurrent;

namespace Parsimony.Engine;

/// <summary>
/// Says, call by call, what to ask of the provider's prompt cache, and learns from what comes back: one planner for each model, credential and set of terms, all in
/// memory. Thread safe; shared by everything in a process that calls with the same credentials.
/// </summary>
/// <param name="prices">Prices, which say what reading and writing cost.</param>
/// <param name="clock">The clock.</param>
/// <param name="capacity">Most prefixes remembered for one model; under 200 bytes each. Default 100,000.</param>
public sealed class PromptCacheAdvisor(PriceList prices, TimeProvider clock, int capacity = 100_000)
{
    private const int MostModels = 32;

    // Prices change on days, and with them the rules; a planner whose rules have changed begins anew.
    private static readonly TimeSpan RulesLast = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(ModelId Model, string Credential, CacheTerms Terms), Entry> _caches = new();
    private readonly Lock _making = new();

    /// <summary>Told of every prompt that is planned, and says when prompts no longer begin alike; null where nobody watches.</summary>
    public PrefixDriftMonitor? Drift { get; init; }

    /// <summary>What to ask for one call; null where nothing is known to ask: no conversation, or a model whose cache rules or prices are unknown.</summary>
    /// <param name="question">The call. It is taken that it is made at once.</param>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public CacheAdvice? Advise(CacheQuestion question) => Read(question) is var (cache, prompt, scale) ? cache.Advise(prompt, scale, question, clock.GetUtcNow()) : null;

    /// <summary>Like <see cref="Advise"/>, but waits while a call under way is writing a beginning of this prompt, for as long as the question's patience lasts.</summary>
    /// <param name="question">The call. It is taken that it is made at once.</param>
    /// <param name="cancellationToken">The caller gives up waiting.</param>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public async ValueTask<CacheAdvice?> AdviseAsync(CacheQuestion question, CancellationToken cancellationToken = default)
    {
        if (Read(question) is not var (cache, prompt, scale))
        {
            return null;
        }

        var until = clock.GetUtcNow() + question.Patience;
        while (true)
        {
            // Looked and led under one lock: of those that come together one is the first.
            var now = clock.GetUtcNow();
            if (cache.TryAdvise(prompt, scale, question, now, mayWait: now < until, out var writer) is { } advice)
            {
                return advice;
            }

            try
            {
                await writer.WaitAsync(until - now, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // An answer that takes this long to begin is not worth waiting for.
            }
        }
    }

    /// <summary>What is kept of a request's prompt now; null where nothing is known of the model, or nothing is kept and nobody shares its instructions. Changes nothing.</summary>
    /// <param name="question">The request, as its live call would ask.</param>
    /// <param name="together">How many requests with its instructions are looked at together; then only its instructions count.</param>
    /// <param name="markedPrior">How likely entries are found, 0-1, as long as nothing was measured, where marks are set and charged for.</param>
    /// <param name="implicitPrior">The same where the provider finds beginnings by itself.</param>
    /// <returns>The rules, what is kept, and tokens of the instructions.</returns>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    internal (CacheRules Rules, PrefixWarmth Kept, int Shared)? Look(CacheQuestion question, int together, double markedPrior, double implicitPrior)
    {
        if (Find(question) is not { } cache || (together < 2 && !cache.IsWarm(clock.GetUtcNow())))
        {
            return null;
        }

        var prompt = PromptPrefix.Of(question.Envelope, cache.Scale);
        var shared = together > 1 ? prompt.Blocks.IndexOf(Fingerprinter.SharedPrefix(question.Envelope).High) + 1 : prompt.Count;
        return shared == 0 ? null : (cache.Rules, cache.Look(prompt.Leading(shared), clock.GetUtcNow(), cache.Rules.WriteMultiplier > 1 ? markedPrior : implicitPrior), prompt.TokensTo(shared));
    }

    /// <summary>How long a call may wait for one that writes what it will read: a twentieth of the time its deadline leaves, and no more than a limit; not at all without a deadline.</summary>
    /// <param name="deadline">By when its answer must be there.</param>
    /// <param name="most">The limit.</param>
    public TimeSpan PatienceOf(DateTimeOffset? deadline, TimeSpan most)
    {
        var share = (deadline - clock.GetUtcNow()) / 20 ?? TimeSpan.Zero;
        return share <= TimeSpan.Zero ? TimeSpan.Zero : share < most ? share : most;
    }

    /// <summary>The call was answered: beliefs are brought in line with what was read and written.</summary>
    /// <param name="advice">Its advice.</param>
    /// <param name="usage">What the provider says it processed.</param>
    public CacheReading Settle(CacheAdvice advice, in TokenUsage usage)
    {
        ArgumentNullException.ThrowIfNull(advice);
        advice.Cache.Settle(advice, usage);
        advice.Began();
        ParsimonyTelemetry.Count(advice, usage);
        var (read, written) = (usage.CacheRead, usage.CacheWriteShort + usage.CacheWriteLong);
        return new CacheReading(read, written, read + written == 0 ? 0 : Saved(advice.Model, usage));
    }

    /// <summary>How calls fared so far: hits expected and measured, for each model and kind of reuse.</summary>
    public IReadOnlyList<CacheStanding> Standings()
    {
        var now = clock.GetUtcNow();
        return
        [
            .. from entry in _caches
               from standing in entry.Value.Cache?.Standings() ?? []
               group standing by (entry.Key.Model, standing.Reuse) into sums
               let plain = prices.Price(sums.Key.Model, new TokenUsage { UncachedInput = 1_000 }, PriceTier.Live, now).Usd ?? 0
               orderby sums.Key.Model.ToString(), sums.Key.Reuse
               select new CacheStanding(
                   sums.Key.Model, sums.Key.Reuse, sums.Sum(s => s.Calls), sums.Sum(s => s.Expected), sums.Sum(s => s.Measured),
                   (decimal)Math.Round(sums.Sum(s => s.RegretTokens), 3) * plain / 1_000),
        ];
    }

    /// <summary>A call's planner and prompt; null where nothing is known to ask.</summary>
    private (ModelCache Cache, PromptPrefix Prompt, double Scale)? Read(CacheQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Terms.Strategy == CacheStrategy.None || Find(question) is not { } cache)
        {
            return null;
        }

        var scale = cache.Scale;
        var prompt = PromptPrefix.Of(question.Envelope, scale);
        if (prompt.Count == 0)
        {
            return null;
        }

        Drift?.Observe(question.Workload ?? new PrefixWorkload(question.Envelope.Model), PrefixBlock.Of(question.Envelope), clock.GetUtcNow());
        return (cache, prompt, scale);
    }

    private decimal? Saved(ModelId model, in TokenUsage usage)
    {
        var now = clock.GetUtcNow();
        var plain = new TokenUsage { UncachedInput = usage.TotalInput };
        var asSent = usage with { Output = 0, Reasoning = 0, Images = 0 };
        return prices.Price(model, plain, PriceTier.Live, now).Usd - prices.Price(model, asSent, PriceTier.Live, now).Usd;
    }

    private ModelCache? Find(CacheQuestion question)
    {
        var key = (question.Envelope.Model, question.Credential, question.Terms with { Reuse = ReuseHint.Unknown });
        var now = clock.GetUtcNow();
        if (_caches.TryGetValue(key, out var entry) && now - entry.CheckedAt < RulesLast)
        {
            return entry.Cache;
        }

        lock (_making)
        {
            return Make(key, question.Envelope.Model, now);
        }
    }

    private ModelCache? Make((ModelId Model, string Credential, CacheTerms Terms) key, ModelId model, DateTimeOffset now)
    {
        var rules = ModelCacheRules.Find(model, prices, ModelCatalogue.Default, now);
        _caches.TryGetValue(key, out var entry);
        if (entry is null && _caches.Count >= MostModels)
        {
            _caches.TryRemove(_caches.MinBy(other => other.Value.Cache?.LastAsked ?? DateTimeOffset.MinValue).Key, out _);
        }

        var cache = rules is null ? null : entry?.Cache is { } known && known.Offered == rules ? known : new ModelCache(model, key.Terms, rules, clock, capacity);
        _caches[key] = new Entry(cache, now);
        return cache;
    }

    /// <summary>A planner; none for a model whose rules are unknown.</summary>
    private sealed record Entry(ModelCache? Cache, DateTimeOffset CheckedAt);
}
