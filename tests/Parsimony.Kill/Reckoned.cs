namespace Parsimony.Kill;

/// <summary>What was compared, and what differs.</summary>
internal record Reckoned
{
    /// <summary>Requests whose results were looked at.</summary>
    public int Requests { get; set; }

    /// <summary>Lines of the bill.</summary>
    public int Lines { get; set; }

    /// <summary>Lines that pair with an entry whose cost is unknown and bounded.</summary>
    public int Bounded { get; set; }

    /// <summary>Purchases beyond the first of a request, each booked as what it is.</summary>
    public int BoughtAgain { get; set; }

    /// <summary>What is not as it must be.</summary>
    public List<string> Differences { get; } = [];
}
