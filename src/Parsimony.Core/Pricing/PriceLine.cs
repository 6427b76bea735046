namespace Parsimony;

/// <summary>What a price list says of one model, tier, band and time of day, discounts taken off. Prices in USD per million tokens; null where unknown.</summary>
public sealed record PriceLine
{
    /// <summary>The model.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The tier.</summary>
    public required PriceTier Tier { get; init; }

    /// <summary>Holds for requests whose whole prompt is longer than this many tokens; null for the others.</summary>
    public long? AbovePromptTokens { get; init; }

    /// <summary>The hours of the day (UTC) it holds in, for example <c>16:30-00:30Z</c>; null for those nothing else is said of.</summary>
    public string? Hours { get; init; }

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

    /// <summary>Keeping cached tokens, per million tokens and hour.</summary>
    public decimal? Storage { get; init; }

    /// <summary>The first day it holds; null from the model's beginning.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    /// <summary>The first day it no longer holds; null while no end is known.</summary>
    public DateOnly? EffectiveUntil { get; init; }

    /// <summary>Where the price is published or agreed.</summary>
    public required string Source { get; init; }

    /// <summary>The day, or only the month, the source was read.</summary>
    public required string CheckedOn { get; init; }

    /// <summary>Whether no price in it is derived or unconfirmed.</summary>
    public bool IsVerified { get; init; }

    /// <summary>What a contract takes off, in words; null for listed prices.</summary>
    public string? Discount { get; init; }

    /// <summary>The file it is from.</summary>
    public required string File { get; init; }
}
