using System.Globalization;

namespace Parsimony;

/// <summary>What a contract takes off the prices of some models, tiers and kinds of usage between two dates.</summary>
internal sealed record PriceDiscount
{
    /// <summary><c>provider/model</c>; a <c>*</c> stands for any letters.</summary>
    public required string Models { get; init; }

    /// <summary>Empty for every tier.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    public UsageKinds Kinds { get; init; } = UsageKinds.All | UsageKinds.Storage;

    /// <summary>From 0 to 1.</summary>
    public required decimal Share { get; init; }

    public DateOnly? EffectiveFrom { get; init; }

    public DateOnly? EffectiveUntil { get; init; }

    /// <summary>Where it is agreed.</summary>
    public required string Source { get; init; }

    /// <summary>Where it stands, for faults.</summary>
    public required string Place { get; init; }

    /// <summary>A rule for one model goes before one for many.</summary>
    public bool IsForOne => !Models.Contains('*', StringComparison.Ordinal);

    /// <summary>What a cost's source says of it.</summary>
    public string Name => $"less {(Share * 100).ToString("0.##########", CultureInfo.InvariantCulture)} % ({Source})";

    public bool IsFor(ModelId model, PriceTier tier, DateOnly day) =>
        (EffectiveFrom is not { } from || day >= from) && (EffectiveUntil is not { } until || day < until)
        && (Tiers.Count == 0 || Tiers.Contains(tier)) && NamePattern.IsMatch(Models, model.ToString());

    /// <summary>Whether two rules of one rank say different things of the same price.</summary>
    public bool Contradicts(PriceDiscount other, IEnumerable<ModelId> models) =>
        IsForOne == other.IsForOne
        && (Kinds & other.Kinds) != 0
        && (Tiers.Count == 0 || other.Tiers.Count == 0 || Tiers.Intersect(other.Tiers).Any())
        && (EffectiveFrom ?? DateOnly.MinValue) < (other.EffectiveUntil ?? DateOnly.MaxValue)
        && (other.EffectiveFrom ?? DateOnly.MinValue) < (EffectiveUntil ?? DateOnly.MaxValue)
        && (string.Equals(Models, other.Models, StringComparison.OrdinalIgnoreCase)
            || models.Any(model => NamePattern.IsMatch(Models, model.ToString()) && NamePattern.IsMatch(other.Models, model.ToString())));
}
