namespace Parsimony.Cli;

/// <summary>One figure of a scenario.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Value">What arithmetic gives; USD unless the section counts something else.</param>
internal sealed record ScenarioLine(string Key, string Name, decimal Value)
{
    /// <summary>What the documents the scenario is from say; null where they say nothing, or something else was asked.</summary>
    public decimal? Stated { get; init; }

    /// <summary>A remark.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Lines under a heading.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Unit">What its lines count.</param>
/// <param name="Lines">The lines.</param>
internal sealed record ScenarioSection(string Key, string Title, ScenarioUnit Unit, IReadOnlyList<ScenarioLine> Lines);

/// <summary>What the lines of a section count.</summary>
internal enum ScenarioUnit
{
    /// <summary>US dollars.</summary>
    Usd,

    /// <summary>Calls.</summary>
    Calls,

    /// <summary>Shares, 0-1.</summary>
    Share,
}

/// <summary>A scenario, computed.</summary>
internal sealed record ScenarioReport
{
    public required string Name { get; init; }

    public required ModelId Model { get; init; }

    /// <summary>What was assumed, in words.</summary>
    public required string Assumed { get; init; }

    public required IReadOnlyList<ScenarioSection> Sections { get; init; }

    /// <summary>What is wrong in the documents, and what the figures do not say.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
