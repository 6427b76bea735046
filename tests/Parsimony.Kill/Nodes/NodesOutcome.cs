using System.Globalization;

namespace Parsimony.Kill;

/// <summary>What happened, and what was found.</summary>
internal sealed record NodesOutcome : Reckoned
{
    private readonly Dictionary<NodesEvent, int> _events = [];
    private readonly Lock _lock = new();

    public int Events
    {
        get
        {
            lock (_lock)
            {
                return _events.Values.Sum();
            }
        }
    }

    /// <summary>Requests without an answer, each with its failure.</summary>
    public int Unanswered { get; set; }

    public void Count(NodesEvent happened)
    {
        lock (_lock)
        {
            _events[happened] = Of(happened) + 1;
        }
    }

    public void Differ(string what)
    {
        lock (_lock)
        {
            Differences.Add(what);
        }
    }

    public string Describe(NodesOptions options, TimeSpan took)
    {
        string N(NodesEvent happened) => Of(happened).ToString(CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests:N0} requests on {options.Nodes} nodes (seed {options.Seed}), {Events} events in {took.TotalMinutes:0.0} minutes: {N(NodesEvent.NodeKilled)} nodes killed at random and "
            + $"{N(NodesEvent.NodeKilledAtEffect)} at an effect, {N(NodesEvent.AllNodesKilled)} times all of them, {N(NodesEvent.NodeStoppedPastLease)} stopped past their leases and {N(NodesEvent.NodeStoppedBriefly)} briefly, "
            + $"{N(NodesEvent.RunKilled)} runs killed, {N(NodesEvent.DatabaseRestarted)} restarts of PostgreSQL, {N(NodesEvent.DatabaseGoneForAMinute)} minutes without it. "
            + $"{Lines:N0} lines of the bill, {Bounded} bounded, {BoughtAgain} bought again, {Unanswered} without an answer: ")
            + (Differences.Count == 0 ? "nothing lost, one outcome each, bill and ledger agree to the last digit." : "NOT CLEAN.");
    }

    public int Of(NodesEvent happened)
    {
        lock (_lock)
        {
            return _events.GetValueOrDefault(happened);
        }
    }
}
