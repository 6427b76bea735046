using System.Globalization;

namespace Parsimony.Kill;

/// <summary>How a case ended.</summary>
internal sealed record KillOutcome(KillCase Case)
{
    /// <summary>Processes killed at the named effect (or at a random instant, for a random case).</summary>
    public int Kills { get; set; }

    /// <summary>Further processes killed, to make the world of the case.</summary>
    public int OtherKills { get; set; }

    /// <summary>Times a provider's window was let pass, because a batch that may be somebody else's was stuck in it.</summary>
    public int Windows { get; set; }

    /// <summary>Runs that were carried to their end by starting the same command again.</summary>
    public int Recoveries { get; set; }

    /// <summary>Requests of both runs.</summary>
    public int Requests { get; set; }

    /// <summary>Lines of the bill.</summary>
    public int Lines { get; set; }

    /// <summary>Lines that pair with an entry whose cost is unknown and bounded.</summary>
    public int Bounded { get; set; }

    /// <summary>Purchases beyond the first of a request, each booked as what it is.</summary>
    public int BoughtAgain { get; set; }

    /// <summary>What is not as it must be.</summary>
    public List<string> Differences { get; } = [];

    public string Describe() =>
        Differences.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Requests} requests, {Lines} lines of the bill, {Bounded} bounded, {BoughtAgain} bought again{(Windows > 0 ? ", a provider's window passed" : "")}, no difference")
            : "DIFFERENCE: " + string.Join("; ", Differences);
}
