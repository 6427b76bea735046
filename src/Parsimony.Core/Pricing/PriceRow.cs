using System.Globalization;

namespace Parsimony;

/// <summary>A model's prices between two dates, with those of certain hours of the day.</summary>
internal sealed record PriceRow
{
    public required ModelId Model { get; init; }

    /// <summary>Null for prices that hold from the model's beginning.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    /// <summary>The first day (UTC) on which the row no longer holds; null while no end is known.</summary>
    public DateOnly? EffectiveUntil { get; init; }

    /// <summary>The file the row is from.</summary>
    public string File { get; init; } = "";

    public required string Source { get; init; }

    /// <summary>The day, or only the month, on which the source was read: <c>2026-10-24</c> or <c>2026-11</c>.</summary>
    public required string CheckedOn { get; init; }

    public bool Verified { get; init; } = true;

    public PriceTierRates? Live { get; init; }

    public PriceTierRates? Batch { get; init; }

    public PriceTierRates? Flex { get; init; }

    public PriceTierRates? Priority { get; init; }

    /// <summary>Prices of certain hours of the day; they do not overlap.</summary>
    public IReadOnlyList<PriceWindow> Windows { get; init; } = [];

    /// <summary>Where a contract price in this row is agreed; null for a listed row.</summary>
    public string? Contract { get; init; }

    /// <summary>What a cost names as its source; made once, because every result line is priced three times.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The same row with its name, and its windows with theirs.</summary>
    public PriceRow Named()
    {
        var name = $"{Model}@{Contract ?? EffectiveFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? CheckedOn}";
        return this with
        {
            Name = name,
            Windows = [.. Windows.Select(window => window with { Row = window.Row with { Name = $"{name} {window.Hours}" } })],
        };
    }

    public PriceTierRates? Of(PriceTier tier) => tier switch
    {
        PriceTier.Live => Live,
        PriceTier.Batch => Batch,
        PriceTier.Flex => Flex,
        PriceTier.Priority => Priority,
        _ => null,
    };

    public PriceRow With(PriceTier tier, PriceTierRates rates) => tier switch
    {
        PriceTier.Live => this with { Live = rates },
        PriceTier.Batch => this with { Batch = rates },
        PriceTier.Priority => this with { Priority = rates },
        _ => this with { Flex = rates },
    };

    /// <summary>Whether the row holds on a day.</summary>
    public bool Holds(DateOnly day) => (EffectiveFrom is not { } from || day >= from) && (EffectiveUntil is not { } until || day < until);

    /// <summary>The row as it is at an instant of its days: that of the hours it is in, else the row itself.</summary>
    public PriceRow At(DateTimeOffset at)
    {
        if (Windows.Count == 0)
        {
            return this;
        }

        var time = TimeOnly.FromTimeSpan(at.UtcDateTime.TimeOfDay);
        return Windows.FirstOrDefault(window => window.Holds(time))?.Row ?? this;
    }
}
