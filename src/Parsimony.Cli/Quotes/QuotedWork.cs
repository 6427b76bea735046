namespace Parsimony.Cli;

/// <summary>The work of a quote, independent of any model: how many requests of which size, and what they begin with alike.</summary>
/// <param name="assumedOutput">Output tokens of an answer where nothing limits it.</param>
internal sealed class QuotedWork(long assumedOutput)
{
    private const int BytesPerToken = 4;

    private readonly Dictionary<(long Input, long Output), long> _sizes = [];
    private ReadOnlyMemory<byte>? _first;
    private int _shared;

    /// <summary>How many requests.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests whose cost cannot be said by tokens.</summary>
    public long Unpriced { get; private set; }

    /// <summary>What kind they are; chat when there are several.</summary>
    public EndpointKind Kind { get; private set; }

    /// <summary>About how many tokens all of them begin with.</summary>
    public long SharedTokens => Requests < 2 ? 0 : _shared / BytesPerToken;

    public void Add(Envelope envelope, int samples)
    {
        Requests += samples;
        Kind = envelope.Kind;
        if (envelope.Kind == EndpointKind.Images)
        {
            Unpriced += samples;
            return;
        }

        var estimate = TokenEstimate.Of(envelope);
        var size = (estimate.MeanInput, envelope.Kind == EndpointKind.Embeddings ? 0 : estimate.MaxOutput ?? (assumedOutput * estimate.Choices));
        _sizes[size] = _sizes.GetValueOrDefault(size) + samples;
        _shared = _first is { } first ? Math.Min(_shared, first.Span.CommonPrefixLength(envelope.Bytes.Span)) : envelope.Bytes.Length;
        _first ??= envelope.Bytes;
    }

    /// <summary>What the work costs at each model that can do it by its prices, cheapest first.</summary>
    public IReadOnlyList<ComparedModel> Compare(PriceList prices, IReadOnlySet<ProviderId> providers, DateTimeOffset now) =>
    [
        .. prices.Lines(DateOnly.FromDateTime(now.UtcDateTime))
            .Where(line => line.Tier == PriceTier.Live && line.AbovePromptTokens is null && providers.Contains(line.Model.Provider))
            // A row for whatever model there may be names none.
            .Where(line => line.Model.Name != "*")
            // A model that sells no output answers nothing, and one that does embeds nothing.
            .Where(line => line.Output is > 0 == (Kind != EndpointKind.Embeddings))
            .Select(line => line.Model).Distinct()
            .Select(model => Price(model, prices, now)).OfType<ComparedModel>()
            .OrderBy(one => one.CheapestUsd).ThenBy(one => one.Model.ToString(), StringComparer.Ordinal),
    ];

    private ComparedModel? Price(ModelId model, PriceList prices, DateTimeOffset now)
    {
        var rules = ModelCacheRules.Find(model, prices, ModelCatalogue.Default, now) is { } known && SharedTokens >= known.MinimumTokens ? known : null;
        var (live, batch, cached) = ((decimal?)0, (decimal?)0, rules is null ? null : (decimal?)0);
        foreach (var ((input, output), count) in _sizes)
        {
            var shared = Math.Min(SharedTokens, input);
            live += count * Cost(new TokenUsage { UncachedInput = input, Output = output }, PriceTier.Live);
            batch += count * Cost(new TokenUsage { UncachedInput = input, Output = output }, PriceTier.Batch);
            cached += count * Cost(new TokenUsage { UncachedInput = input - shared, CacheRead = shared, Output = output }, PriceTier.Live);
        }

        // The first request writes what the others read.
        cached += Cost(new TokenUsage { CacheWriteShort = SharedTokens }, PriceTier.Live) - Cost(new TokenUsage { CacheRead = SharedTokens }, PriceTier.Live);
        return live is { } plain ? new ComparedModel(model, plain, batch, cached) : null;

        decimal? Cost(TokenUsage usage, PriceTier tier) => prices.Price(model, usage, tier, now).Usd;
    }
}

/// <summary>What the work costs at one model, USD; null where that is not known or there is no such way.</summary>
/// <param name="Model">The model.</param>
/// <param name="LiveUsd">By plain live calls.</param>
/// <param name="BatchUsd">In batches.</param>
/// <param name="CachedUsd">By live calls that read what they begin with alike from the prompt cache.</param>
internal sealed record ComparedModel(ModelId Model, decimal LiveUsd, decimal? BatchUsd, decimal? CachedUsd)
{
    /// <summary>The least of them.</summary>
    public decimal CheapestUsd => Math.Min(LiveUsd, Math.Min(BatchUsd ?? LiveUsd, CachedUsd ?? LiveUsd));
}
