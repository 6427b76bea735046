namespace Parsimony;

/// <summary>A contract price that replaces the listed one. Prices in USD per million tokens; those left null stay as listed.</summary>
public sealed record PriceOverride
{
    /// <summary>The model, which need not be listed.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The tier it is for; <see cref="PriceTier.Live"/> by default. Other tiers stay as listed.</summary>
    public PriceTier Tier { get; init; }

    /// <summary>Replaces the prices for requests whose prompt is longer than this many tokens; null (default) replaces the ordinary ones.</summary>
    public long? AbovePromptTokens { get; init; }

    /// <summary>Where the price is agreed, for the receipt; <c>contract</c> by default.</summary>
    public string Source { get; init; } = "contract";

    /// <summary>Input neither read from nor written to a cache.</summary>
    public decimal? Input { get; init; }

    /// <summary>Output, reasoning included.</summary>
    public decimal? Output { get; init; }

    /// <summary>Input read from a cache.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>Input written to a cache of the short lifetime.</summary>
    public decimal? CacheWriteShort { get; init; }

    /// <summary>Input written to a cache of the long lifetime.</summary>
    public decimal? CacheWriteLong { get; init; }
}
