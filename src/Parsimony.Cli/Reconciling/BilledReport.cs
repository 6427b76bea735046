using System.Globalization;

namespace Parsimony.Cli;

/// <summary>An amount a provider says it charged.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Model">The model; null where the report does not say, or the charge is for none.</param>
/// <param name="Tier">The tier; null where the report does not say.</param>
/// <param name="Kind">The kind of token; null where the report does not say.</param>
/// <param name="Usd">The amount.</param>
internal sealed record BilledCost(DateOnly Day, string? Model, PriceTier? Tier, TokenKind? Kind, decimal Usd)
{
    /// <summary>What the report calls it.</summary>
    public string Label { get; init; } = "";

    /// <summary>Whether it was charged by the band for long prompts.</summary>
    public bool IsLong { get; init; }

    /// <summary>The id of the key; null where the report does not say.</summary>
    public string? Key { get; init; }
}

/// <summary>Tokens a provider says it processed.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Model">The model.</param>
/// <param name="Tier">The tier; null where the report does not say.</param>
/// <param name="Usage">The tokens.</param>
internal sealed record BilledUsage(DateOnly Day, string Model, PriceTier? Tier, TokenUsage Usage)
{
    /// <summary>How many requests; null where the report does not say.</summary>
    public long? Requests { get; init; }

    /// <summary>The id of the key; null where the report does not say.</summary>
    public string? Key { get; init; }
}

/// <summary>Everything one provider said of a time.</summary>
internal sealed class BilledReport(ProviderId provider)
{
    private readonly List<BilledCost> _costs = [];
    private readonly List<BilledUsage> _usage = [];
    private int _scale;

    public ProviderId Provider => provider;

    public IReadOnlyList<BilledCost> Costs => _costs;

    public IReadOnlyList<BilledUsage> Usage => _usage;

    /// <summary>How much one amount can be off because of its digits, USD: half of the last digit of the amount that has most.</summary>
    public decimal Rounding => 0.5m * new decimal(1, 0, 0, isNegative: false, (byte)Math.Clamp(_scale, 0, 28));

    /// <summary>Adds an amount.</summary>
    /// <param name="cost">The amount.</param>
    /// <param name="digits">How many decimals the report wrote it with, in USD.</param>
    public void Add(BilledCost cost, int digits)
    {
        _costs.Add(cost);
        _scale = Math.Max(_scale, digits);
    }

    public void Add(BilledUsage usage) => _usage.Add(usage);

    /// <summary>Reads an amount as it was written.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static decimal Amount(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
