namespace Parsimony.Cli;

/// <summary>A reconciliation of some providers over a time.</summary>
internal sealed record ReconcileResult
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>Most the bills may differ, in per cent of what was billed.</summary>
    public required decimal GoalPercent { get; init; }

    public required IReadOnlyList<ReconciledLine> Lines { get; init; }

    public required PriceProposal Proposal { get; init; }

    /// <summary>Keys the reports name, with what they used by the price book.</summary>
    public required IReadOnlyList<SeenKey> Keys { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    public decimal BilledUsd => Lines.Sum(line => line.BilledUsd);

    public decimal BookedUsd => Lines.Sum(line => line.BookedUsd);

    public decimal BookedAtMostUsd => Lines.Sum(line => line.BookedAtMostUsd);

    public decimal RoundingUsd => Lines.Sum(line => line.RoundingUsd);

    /// <summary>What keys that are not ours used, as far as the price book knows.</summary>
    public decimal OutsideUsd => Lines.SelectMany(line => line.Causes).Where(cause => cause.Kind == DifferenceCause.OutsideCalls).Sum(cause => cause.Usd ?? 0);

    public decimal DifferenceUsd => BilledUsd - BookedUsd;

    /// <summary>The difference without what keys of others used, in per cent of what was billed to ours; null where nothing was billed.</summary>
    public decimal? Percent => BilledUsd - OutsideUsd is var billed && billed == 0 ? null : (DifferenceUsd - OutsideUsd) / billed * 100;

    public bool IsWithinGoal => Percent is { } percent ? Math.Abs(percent) <= GoalPercent : DifferenceUsd - OutsideUsd == 0;
}

/// <summary>A key a report names.</summary>
/// <param name="Provider">Whose report.</param>
/// <param name="Id">The provider's id of the key.</param>
/// <param name="Credential">The credential it was said to be; null for none.</param>
/// <param name="Tokens">Tokens it used.</param>
/// <param name="Usd">Their price by the book; null where one is unknown.</param>
internal sealed record SeenKey(ProviderId Provider, string Id, string? Credential, long Tokens, decimal? Usd);
