using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>
/// Has live calls made over explicit caches where that pays: makes a cache when calls of one head have let go by what it costs, lets it live on while calls come, and leaves it to end
/// by itself. What it costs is booked. Thread safe.
/// </summary>
/// <param name="prices">What input, reads and storage cost.</param>
/// <param name="clock">The clock.</param>
/// <param name="book">Where caches are booked.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ExplicitCaching(PriceList prices, TimeProvider clock, ExplicitCacheBook book, ILogger logger)
{
    private const int MostHeads = 1_000;
    private const long Sample = 1_000;

    // A call is not begun over a cache that may end before it is read.
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(30);

    /// <summary>How long a head is left alone after making its cache failed, or the provider did not know it any more.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMinutes(30);

    // A call that cannot wait so long makes no cache.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, HeldHead> _heads = new(StringComparer.Ordinal);

    /// <summary>What a live call is to be made over; null where its head is not worth keeping apart. Makes a cache, or lets one live on, first where that is due.</summary>
    /// <param name="provider">Who will be called.</param>
    /// <param name="envelope">With what.</param>
    /// <param name="payer">Whose call it is: who makes a cache pays for it.</param>
    /// <param name="advice">What the planner of prompt caching said; null where caching is off.</param>
    /// <param name="patience">How long the call may wait for a cache to be made.</param>
    /// <param name="cancellationToken">The caller's. Nothing else is thrown: a call goes on without a cache.</param>
    public async ValueTask<ExplicitCacheUse?> AskAsync(IProvider provider, Envelope envelope, RequestProfile payer, CacheAdvice? advice, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (advice is not { IsAutomatic: false } || provider.ExplicitCaches is not { } caches)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var at = clock.GetUtcNow();
        HeldHead? head = null;
        try
        {
            if (Open(caches, envelope, provider.CredentialName, advice, at) is (var found, var bytes))
            {
                head = found;
                if (patience >= Least)
                {
                    await StepAsync(found, bytes, caches, payer, advice.Told, at, both.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, exception, envelope.Model);
            head?.Pause(at + Rest);
        }

        return head is null ? null : new ExplicitCacheUse(head, head.NameAt(at + Last), at);
    }

    private (HeldHead Head, ReadOnlyMemory<byte> Bytes)? Open(IExplicitCaches caches, Envelope envelope, string credential, CacheAdvice advice, DateTimeOffset now)
    {
        var model = envelope.Model;
        var tokens = advice.Prompt.TokensTo(advice.Prompt.Blocks.IndexOf(Fingerprinter.SharedPrefix(envelope).High) + 1);
        if (tokens < advice.Cache.Rules.MinimumTokens || prices.Price(model, new TokenUsage { UncachedInput = Sample }, PriceTier.Live, now).Usd is not ({ } input and > 0)
            || prices.PriceStorage(model, Sample, TimeSpan.FromHours(1), now).Usd is not { } storage
            || caches.RenderHead(envelope) is not { } bytes)
        {
            return null;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span).AsSpan(0, 16));
        var key = $"{model}/{credential}/{hash}";
        if (!_heads.TryGetValue(key, out var head))
        {
            MakeRoom();
            var worth = new ExplicitCacheWorth(advice.Cache.Rules.ReadMultiplier, (double)(storage / input));
            head = _heads.GetOrAdd(key, new HeldHead(model, hash, tokens, worth));
        }

        head.Seen(now);
        return (head, bytes);
    }

    /// <summary>One call at a time makes a cache or lets it live on, the others go on as they are.</summary>
    private async Task StepAsync(HeldHead head, ReadOnlyMemory<byte> bytes, IExplicitCaches caches, RequestProfile payer, ReuseHint reuse, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var step = head.Turn(at, reuse);
        if (step == HeldHead.Step.None)
        {
            return;
        }

        try
        {
            await (step == HeldHead.Step.Create ? CreateAsync(head, bytes, caches, payer, at, cancellationToken) : ExtendAsync(head, caches, payer, at, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            head.Done();
        }
    }

    private async Task CreateAsync(HeldHead head, ReadOnlyMemory<byte> bytes, IExplicitCaches caches, RequestProfile payer, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Another process, or this one before it was restarted, may keep it already: then that one has booked it.
        if (await caches.FindAsync(head.Model, head.Label, cancellationToken).ConfigureAwait(false) is { } other && other.ExpiresAt > at + Last)
        {
            head.Hold(other, at);
            return;
        }

        var life = head.Lifetime;
        var isMade = await book.BuyAsync(
            payer, head.Tokens, head.Tokens, life,
            async id =>
            {
                var cache = await CreateOrFindAsync(caches, head.Model, bytes, $"{head.Label}-{id}", life, cancellationToken).ConfigureAwait(false);
                head.Hold(cache, at);
                LogMade(logger, head.Model, cache.Tokens ?? head.Tokens, life);
                return (cache.Tokens, life);
            },
            cancellationToken).ConfigureAwait(false);
        if (!isMade)
        {
            head.Pause(at + Rest);
        }
    }

    /// <summary>A create whose reply was lost may have made the cache: it is found by its label.</summary>
    private static async Task<ExplicitCache> CreateOrFindAsync(IExplicitCaches caches, ModelId model, ReadOnlyMemory<byte> bytes, string label, TimeSpan life, CancellationToken cancellationToken)
    {
        try
        {
            return await caches.CreateAsync(model, bytes, life, label, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderException exception) when (!ExplicitCacheBook.IsRefusal(exception.Failure))
        {
            if (await caches.FindAsync(model, label, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    private async Task ExtendAsync(HeldHead head, IExplicitCaches caches, RequestProfile payer, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (head.Cache is { ExpiresAt: { } until } cache)
        {
            // From when it would have ended, so that no minute is paid twice.
            var life = head.Lifetime;
            await book.BuyAsync(
                payer, 0, cache.Tokens ?? head.Tokens, life,
                async _ =>
                {
                    var longer = await caches.ExtendAsync(cache.Name, until - at + life, cancellationToken).ConfigureAwait(false);
                    head.Hold(longer with { Tokens = longer.Tokens ?? cache.Tokens }, at);
                    return (cache.Tokens, longer.ExpiresAt - until ?? life);
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private void MakeRoom()
    {
        if (_heads.Count < MostHeads)
        {
            return;
        }

        foreach (var (key, _) in _heads.OrderBy(entry => entry.Value.LastSeen).Take(MostHeads / 4).ToArray())
        {
            _heads.TryRemove(key, out _);
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "An explicit cache of {Tokens} tokens was made for {Model}, to live {Life}.")]
    private static partial void LogMade(ILogger logger, ModelId model, long tokens, TimeSpan life);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "An explicit cache for {Model} could not be made or kept on. Calls go on without it.")]
    private static partial void LogFailed(ILogger logger, Exception exception, ModelId model);
}
