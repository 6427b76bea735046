namespace Parsimony;

/// <summary>An amount of money and where its price came from, or the reason there is none. Never rounded.</summary>
public sealed record Cost
{
    /// <summary>The amount in USD; null when a price is unknown, which is not zero.</summary>
    public decimal? Usd { get; private init; }

    /// <summary>The price row, for example <c>anthropic/claude-haiku-5-5@2026-10-24</c>; for an unknown cost, why it is unknown.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the amount rests on a price that is derived or could not be confirmed; false by default.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Whether there is an amount.</summary>
    public bool IsKnown => Usd is not null;

    /// <summary>A known amount.</summary>
    /// <param name="usd">The amount in USD.</param>
    /// <param name="source">The price row it was computed from.</param>
    /// <param name="isEstimate">Whether the price is derived or unconfirmed.</param>
    public static Cost Known(decimal usd, string source, bool isEstimate = false) =>
        new() { Usd = usd, Source = source, IsEstimate = isEstimate };

    /// <summary>No amount, with the reason in plain words.</summary>
    public static Cost Unknown(string why) => new() { Source = why };

    /// <inheritdoc/>
    public override string ToString() =>
        Usd is { } usd ? $"{Parsimony.Usd.Format(usd)} USD ({Source}{(IsEstimate ? ", estimate" : "")})" : $"unknown ({Source})";
}
