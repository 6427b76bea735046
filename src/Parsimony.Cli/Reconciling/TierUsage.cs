namespace Parsimony.Cli;

/// <summary>Tokens by tier.</summary>
internal sealed class TierUsage
{
    private readonly SortedDictionary<PriceTier, TokenUsage> _tiers = [];

    public IEnumerable<PriceTier> Tiers => _tiers.Keys;

    public TokenUsage this[PriceTier tier] => _tiers.GetValueOrDefault(tier);

    public TokenUsage Total => _tiers.Values.Aggregate(default(TokenUsage), (sum, usage) => sum + usage);

    public static TierUsage Of(IEnumerable<(PriceTier? Tier, TokenUsage Usage)> parts)
    {
        var all = new TierUsage();
        foreach (var (tier, usage) in parts)
        {
            all._tiers[tier ?? PriceTier.Live] = all[tier ?? PriceTier.Live] + usage;
        }

        return all;
    }

    public TierUsage Less(TierUsage other) => Of(Tiers.Union(other.Tiers).Select(tier => ((PriceTier?)tier, this[tier].Less(other[tier]))));

    /// <summary>What it costs by the price book, USD; null where a price it needs is unknown.</summary>
    public decimal? Worth(PriceList prices, ModelId model, DateOnly day)
    {
        decimal? sum = 0m;
        foreach (var (tier, usage) in _tiers)
        {
            sum += prices.Worth(model, tier, usage, day);
        }

        return sum;
    }

    public bool All(Func<long, bool> holds) => _tiers.Values.All(usage => TokenKinds.All.All(kind => holds(usage.Of(kind))));
}
