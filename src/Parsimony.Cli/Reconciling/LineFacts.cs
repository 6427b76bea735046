namespace Parsimony.Cli;

/// <summary>Everything known of a line when its causes are looked for.</summary>
internal sealed record LineFacts(ReconciledLine Line, ModelId Model)
{
    public required IReadOnlyList<BilledCost> Costs { get; init; }

    public required TierUsage Billed { get; init; }

    /// <summary>Tokens billed to keys that are known not to be ours.</summary>
    public required TierUsage Outside { get; init; }

    public required TierUsage Booked { get; init; }

    /// <summary>Whether the provider said anything of tokens; else those booked stand for those billed.</summary>
    public required bool HasUsage { get; init; }

    /// <summary>Whether all tiers together agree where single ones do not.</summary>
    public required bool IsTierMixUp { get; init; }

    public required long Unknown { get; init; }

    public required decimal Rounding { get; init; }

    /// <summary>What went to, or came from, a neighbouring day, billed less booked.</summary>
    public decimal Moved { get; init; }
}
