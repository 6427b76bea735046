namespace Parsimony.Cli;

/// <summary>How much a finding matters.</summary>
internal enum Severity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Something to do.</summary>
    Warning,
}

/// <summary>Something a check found.</summary>
/// <param name="Check">Which check.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What is the matter.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Finding(string Check, Severity Severity, string Text, string Remedy)
{
    /// <summary>What it has cost, USD; null where that is unknown, or nothing.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Figures of the check, for machines.</summary>
    public IReadOnlyList<(string Name, string Value)> Figures { get; init; } = [];
}
