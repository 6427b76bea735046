namespace Parsimony;

/// <summary>All price rows of a model. The latest row that has begun and not ended holds; one's own rows go before listed ones.</summary>
internal sealed class PriceHistory(ModelId model, IEnumerable<PriceRow> rows)
{
    private readonly PriceRow[] _latestFirst = [.. rows.OrderByDescending(r => r.EffectiveFrom ?? DateOnly.MinValue).Select(r => r.Named())];

    private PriceHistory? _listed;

    public ModelId Model { get; } = model;

    /// <summary>Every row, the latest first; those these are laid over come last.</summary>
    public IEnumerable<PriceRow> Rows => _listed is null ? _latestFirst : _latestFirst.Concat(_listed.Rows);

    public PriceRow? At(DateTimeOffset at) => On(DateOnly.FromDateTime(at.UtcDateTime))?.At(at);

    /// <summary>The row that holds on a day, whatever the hour.</summary>
    public PriceRow? On(DateOnly day) => Array.Find(_latestFirst, row => row.Holds(day)) ?? _listed?.On(day);

    /// <summary>The same rows for another name of the model.</summary>
    public PriceHistory Named(ModelId name) =>
        new(name, _latestFirst.Select(row => row with { Model = name })) { _listed = _listed?.Named(name) };

    /// <summary>These rows where they hold, and listed ones where none of them does.</summary>
    public PriceHistory Over(PriceHistory? listed) =>
        new(Model, _latestFirst) { _listed = _listed is null ? listed : _listed.Over(listed) };

    /// <summary>The same rows with a contract price in each of them, whatever their dates.</summary>
    public PriceHistory With(PriceOverride price)
    {
        PriceRow[] listed = _latestFirst.Length > 0
            ? _latestFirst
            : [new PriceRow { Model = Model, Source = price.Source, CheckedOn = price.Source }];
        return new PriceHistory(Model, listed.Select(row => Apply(row, price))) { _listed = _listed?.With(price) };
    }

    private static PriceRow Apply(PriceRow row, PriceOverride price)
    {
        if (row.Windows.Count > 0)
        {
            row = row with { Windows = [.. row.Windows.Select(window => window with { Row = Apply(window.Row, price) })] };
        }

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
            Storage = listed.Storage,
            Unverified = listed.Unverified & ~agreed,
        };
    }
}
