namespace Parsimony;

/// <summary>All price rows of a model. The latest row that has begun holds.</summary>
internal sealed class PriceHistory(ModelId model, IEnumerable<PriceRow> rows)
{
    private readonly PriceRow[] _latestFirst = [.. rows.OrderByDescending(r => r.EffectiveFrom ?? DateOnly.MinValue).Select(r => r.Named())];

    public ModelId Model { get; } = model;

    public PriceRow? At(DateTimeOffset at) => Array.Find(_latestFirst, r => r.Holds(at));

    /// <summary>The same rows for another name of the model.</summary>
    public PriceHistory Named(ModelId name) => new(name, _latestFirst.Select(row => row with { Model = name }));

    /// <summary>The same rows with a contract price in each of them, whatever their dates.</summary>
    public PriceHistory With(PriceOverride price)
    {
        PriceRow[] listed = _latestFirst.Length > 0
            ? _latestFirst
            : [new PriceRow { Model = Model, Source = price.Source, CheckedOn = price.Source }];
        return new PriceHistory(Model, listed.Select(row => Apply(row, price)));
    }

    private static PriceRow Apply(PriceRow row, PriceOverride price)
    {
        var tier = row.Of(price.Tier) ?? new PriceTierRates(new PriceRates(), null, 0);
        tier = price.AbovePromptTokens is { } above
            ? tier with { Long = Apply(tier.Long ?? tier.Short, price), AbovePromptTokens = above }
            : tier with { Short = Apply(tier.Short, price) };
        return row.With(price.Tier, tier) with { Contract = price.Source };
    }

    private static PriceRates Apply(PriceRates listed, PriceOverride price)
    {
        var agreed = (price.Input is null ? 0 : UsageKinds.Input)
            | (price.Output is null ? 0 : UsageKinds.Output)
            | (price.CacheRead is null ? 0 : UsageKinds.CacheRead)
            | (price.CacheWriteShort is null ? 0 : UsageKinds.CacheWriteShort)
            | (price.CacheWriteLong is null ? 0 : UsageKinds.CacheWriteLong);
        return new PriceRates
        {
            Input = price.Input ?? listed.Input,
            Output = price.Output ?? listed.Output,
            CacheRead = price.CacheRead ?? listed.CacheRead,
            CacheWriteShort = price.CacheWriteShort ?? listed.CacheWriteShort,
            CacheWriteLong = price.CacheWriteLong ?? listed.CacheWriteLong,
            Unverified = listed.Unverified & ~agreed,
        };
    }
}
