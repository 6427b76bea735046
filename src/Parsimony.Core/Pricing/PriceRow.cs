using System.Globalization;

namespace Parsimony;

/// <summary>A model's prices from a date on.</summary>
internal sealed record PriceRow
{
    public required ModelId Model { get; init; }

    /// <summary>Null for prices that hold from the model's beginning.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    public required string Source { get; init; }

    /// <summary>The day, or only the month, on which the source was read: <c>2026-10-24</c> or <c>2026-11</c>.</summary>
    public required string CheckedOn { get; init; }

    public bool Verified { get; init; } = true;

    public PriceTierRates? Live { get; init; }

    public PriceTierRates? Batch { get; init; }

    public PriceTierRates? Flex { get; init; }

    /// <summary>Where a contract price in this row is agreed; null for a listed row.</summary>
    public string? Contract { get; init; }

    /// <summary>What a cost names as its source; made once, because every result line is priced three times.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The same row with its name.</summary>
    public PriceRow Named() => this with
    {
        Name = $"{Model}@{Contract ?? EffectiveFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? CheckedOn}",
    };

    public PriceTierRates? Of(PriceTier tier) => tier switch
    {
        PriceTier.Live => Live,
        PriceTier.Batch => Batch,
        PriceTier.Flex => Flex,
        _ => null,
    };

    public PriceRow With(PriceTier tier, PriceTierRates rates) => tier switch
    {
        PriceTier.Live => this with { Live = rates },
        PriceTier.Batch => this with { Batch = rates },
        _ => this with { Flex = rates },
    };

    public bool Holds(DateTimeOffset at) =>
        EffectiveFrom is not { } from || DateOnly.FromDateTime(at.UtcDateTime) >= from;
}
