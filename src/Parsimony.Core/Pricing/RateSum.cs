namespace Parsimony;

/// <summary>Adds tokens times their price, and remembers which price was missing or unconfirmed.</summary>
internal struct RateSum(PriceRates rates)
{
    private decimal _perMillion;
    private UsageKinds _missing;
    private UsageKinds _unverified;

    public void Add(UsageKinds kind, long tokens)
    {
        if (tokens == 0)
        {
            return;
        }

        var price = kind switch
        {
            UsageKinds.Input => rates.Input,
            UsageKinds.Output => rates.Output,
            UsageKinds.CacheRead => rates.CacheRead,
            UsageKinds.CacheWriteShort => rates.CacheWriteShort,
            UsageKinds.CacheWriteLong => rates.CacheWriteLong,
            _ => null,
        };
        if (price is { } usd)
        {
            _perMillion += tokens * usd;
            _unverified |= rates.Unverified & kind;
        }
        else
        {
            _missing |= kind;
        }
    }

    public readonly Cost ToCost(PriceRow row, string name, PriceTier tier, bool byDate) =>
        _missing == UsageKinds.None
            ? Cost.Known(_perMillion / 1_000_000m, name, byDate || !row.Verified || _unverified != UsageKinds.None)
            : Cost.Unknown($"{row.Name} has no {tier} price for {_missing}");
}
