using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Where a cost comes from, in words: the price book's computation, or what the provider told.</summary>
internal static class ChargeText
{
    /// <summary>What a known cost is taken from, and what the provider told besides.</summary>
    public static string Source(LedgerEntry entry) =>
        entry.Basis == CostBasis.Told || entry.CostUsd == 0m ? entry.PriceSource : $"computed by {entry.PriceSource}{Beside(entry)}";

    /// <summary>What the provider told besides, and by how much it is another amount than the one booked; empty where it told nothing.</summary>
    public static string Beside(LedgerEntry entry) => entry.ReportedUsd is not { } told ? ""
        : $", told by the provider {Usd.Format(told)} USD" + (entry.CostUsd - told is not { } over || Math.Abs(over) < Finest ? "" : over > 0 ? $" ({Usd.Format(over)} less)" : $" ({Usd.Format(-over)} more)");

    /// <summary>A basis in exports.</summary>
    public static string Name(CostBasis basis) => basis switch
    {
        CostBasis.Computed => "computed",
        CostBasis.Told => "told",
        _ => "unknown",
    };

    // The finest unit a charge is told in: xAI's tick. What is below it was rounded there.
    private const decimal Finest = 0.0000000001m;
}
