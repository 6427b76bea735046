using System.Globalization;

namespace Parsimony.Engine;

/// <summary>One capability or limit of a provider, with where that stands and when it was read.</summary>
public sealed record ProviderFact
{
    /// <summary>What it is of: <c>batch</c>, <c>max_requests</c>, <c>on_expiry</c> and the like, as in <c>data/providers.json</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The number, in <see cref="Unit"/>; null where there is none, or none is published.</summary>
    public decimal? Number { get; init; }

    /// <summary>What <see cref="Number"/> counts: <c>requests</c>, <c>bytes</c>, <c>jobs</c>, <c>hours</c>, <c>days</c>, <c>percent</c>, <c>marks</c>; null for a fact that is no number.</summary>
    public string? Unit { get; init; }

    /// <summary>A word instead of a number: <c>yes</c>, <c>probed</c>, <c>finished</c>; null where there is none.</summary>
    public string? Word { get; init; }

    /// <summary>What to know of it; null when nothing.</summary>
    public string? Says { get; init; }

    /// <summary>Whether it could be confirmed.</summary>
    public bool IsVerified { get; init; } = true;

    /// <summary>The pages it was read from.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The day it was read.</summary>
    public required DateOnly CheckedOn { get; init; }

    /// <summary>Number with unit, or word, in short: <c>256 MB</c>, <c>24 h</c>, <c>finished</c>; <c>-</c> where nothing is published.</summary>
    public string Value => Number is { } number ? Text(number) : Word ?? "-";

    /// <inheritdoc/>
    public override string ToString() => (Value, Says) switch
    {
        ("-", { } says) => says,
        (var value, { } says) => $"{value}, {says}",
        (var value, null) => value,
    };

    private string Text(decimal number) => Unit switch
    {
        "bytes" when number >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000_000:0.##} GB"),
        "bytes" => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000:0.##} MB"),
        "hours" => string.Create(CultureInfo.InvariantCulture, $"{number:#,0.##} h"),
        "days" when number == 1 => "1 day",
        "days" => string.Create(CultureInfo.InvariantCulture, $"{number:#,0.##} days"),
        "percent" => string.Create(CultureInfo.InvariantCulture, $"{number:0.##} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number:#,0.##}"),
    };
}
