namespace Parsimony;

/// <summary>Prices of one tier and band in USD per million tokens; a null is an unknown price, or a kind of usage the model does not have.</summary>
internal sealed record PriceRates
{
    public decimal? Input { get; init; }

    public decimal? Output { get; init; }

    public decimal? CacheRead { get; init; }

    public decimal? CacheWriteShort { get; init; }

    public decimal? CacheWriteLong { get; init; }

    /// <summary>Keeping cached tokens, per million tokens and hour.</summary>
    public decimal? Storage { get; init; }

    /// <summary>The kinds of usage whose price is derived or unconfirmed.</summary>
    public UsageKinds Unverified { get; init; }

    /// <summary>Only those a plan adds up.</summary>
    public PriceRates OfPlans() => new() { Input = Input, Output = Output };

    /// <summary>The same prices with a part taken off those of some kinds.</summary>
    public PriceRates Less(decimal share, UsageKinds kinds)
    {
        decimal? Of(decimal? price, UsageKinds kind) => (kinds & kind) == 0 ? price : price * (1 - share);
        return this with
        {
            Input = Of(Input, UsageKinds.Input),
            Output = Of(Output, UsageKinds.Output),
            CacheRead = Of(CacheRead, UsageKinds.CacheRead),
            CacheWriteShort = Of(CacheWriteShort, UsageKinds.CacheWriteShort),
            CacheWriteLong = Of(CacheWriteLong, UsageKinds.CacheWriteLong),
            Storage = Of(Storage, UsageKinds.Storage),
        };
    }
}

/// <summary>The kinds of usage that have a price of their own.</summary>
[Flags]
internal enum UsageKinds
{
    None = 0,
    Input = 1,
    Output = 2,
    CacheRead = 4,
    CacheWriteShort = 8,
    CacheWriteLong = 16,
    All = 31,
    Storage = 32,
}

/// <summary>The prices of a tier: the ordinary ones, and those for the whole of a request whose prompt is longer than a threshold.</summary>
internal sealed record PriceTierRates(PriceRates Short, PriceRates? Long, long AbovePromptTokens)
{
    public PriceRates For(long promptTokens) => Long is not null && promptTokens > AbovePromptTokens ? Long : Short;

    public PriceTierRates OfPlans() => new(Short.OfPlans(), Long?.OfPlans(), Long is null ? 0 : AbovePromptTokens);

    public PriceTierRates Less(decimal share, UsageKinds kinds) =>
        this with { Short = Short.Less(share, kinds), Long = Long?.Less(share, kinds) };
}
