using System.Globalization;

namespace Parsimony.Kill;

/// <summary>How a case ended.</summary>
internal sealed record KillOutcome(KillCase Case) : Reckoned
{
    /// <summary>Processes killed at the named effect (or at a random instant, for a random case).</summary>
    public int Kills { get; set; }

    /// <summary>Further processes killed, to make the world of the case.</summary>
    public int OtherKills { get; set; }

    /// <summary>Times a provider's window was let pass, because a batch that may be somebody else's was stuck in it.</summary>
    public int Windows { get; set; }

    /// <summary>Runs that were carried to their end by starting the same command again.</summary>
    public int Recoveries { get; set; }

    public string Describe() =>
        Differences.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Requests} requests, {Lines} lines of the bill, {Bounded} bounded, {BoughtAgain} bought again{(Windows > 0 ? ", a provider's window passed" : "")}, no difference")
            : "DIFFERENCE: " + string.Join("; ", Differences);
}
