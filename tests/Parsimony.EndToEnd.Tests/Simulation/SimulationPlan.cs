using System.Globalization;
using System.Text;

namespace Parsimony.EndToEnd.Tests;

/// <summary>What can befall a node.</summary>
internal enum Disturbance
{
    /// <summary>Killed at an effect; another comes in its place, at once or later.</summary>
    Kill,

    /// <summary>Stopped in order; another comes in its place.</summary>
    Leave,

    /// <summary>Stopped for a while, mostly past its leases.</summary>
    Pause,

    /// <summary>The store, the providers or both are out of reach: for one call, or a while.</summary>
    LoseLink,
}

/// <summary>What one seed means: the requests, the faults, how many nodes there are and what befalls them. The same seed is the same plan.</summary>
internal sealed class SimulationPlan
{
    private static readonly (string Fault, string Operation, string Value)[] Faults =
    [
        ("not_found_after_create", "batch.get", ""), ("create_reply_lost", "batch.create", ""), ("create_lost", "batch.create", ""),
        ("results_shuffled", "*", ""), ("result_missing", "*", ""), ("result_duplicated", "*", ""), ("result_unknown_id", "*", ""),
        ("result_truncated", "*", ""), ("result_malformed", "*", ""), ("results_bom", "*", ""), ("results_crlf", "*", ""),
        ("empty_output", "*", ""), ("counts_lag", "*", ""), ("job_stuck", "*", ""), ("expires_halfway", "*", "0.5"), ("cancel_slow", "*", ""),
        ("rate_limited", "*", "7"), ("rate_limited", "*", ""), ("queue_limit_after_create", "batch.create", ""), ("server_error", "*", "500"),
        ("server_error", "*", "503"), ("disconnect_upload", "*", ""), ("disconnect_download", "*", ""), ("clock_skew", "*", "45"),
        ("live_reply_lost", "*", ""), ("refuse_item", "*", ""), ("item_server_error", "*", ""), ("live_refused", "*", ""),
    ];

    private readonly List<Disturbance> _disturbances = [];

    public SimulationPlan(int seed, SimulatedMarket market)
    {
        Random = new Random(seed);
        var count = market.FewestRequests + Random.Next(10);
        for (var index = 0; index < count; index++)
        {
            // Few texts, so that equal requests are asked several times.
            var text = $"question {Random.Next(Math.Max(2, count / 2))}";
            var deadline = Random.Next(4) switch
            {
                0 => (TimeSpan?)null,
                1 => TimeSpan.FromHours(2 + Random.Next(4)),
                2 => TimeSpan.FromMinutes(80 + Random.Next(120)),
                _ => TimeSpan.FromHours(20),
            };
            Requests.Add((market.Models[Random.Next(market.Models.Length)], text, deadline, Random.Next(8) == 0));
        }

        Nodes = 1 + Random.Next(3);
        Plan(Disturbance.Kill, Random.Next(6));
        Plan(Disturbance.Leave, Random.Next(3));
        Plan(Disturbance.Pause, Random.Next(5));
        Plan(Disturbance.LoseLink, Random.Next(5));
        FaultRules = MakeFaults();
        // A batch that lost its create's reply and all its lines cannot be told from somebody else's of the same size: it stays in quarantine.
        ForeignBatches = !LosesLines && Random.Next(3) == 0 ? 1 + Random.Next(2) : 0;
    }

    /// <summary>All later choices of the schedule.</summary>
    public Random Random { get; }

    public List<(string Model, string Text, TimeSpan? Deadline, bool Live)> Requests { get; } = [];

    /// <summary>Most nodes at the same time.</summary>
    public int Nodes { get; }

    /// <summary>Batches that somebody else on the same account creates.</summary>
    public int ForeignBatches { get; }

    public string FaultRules { get; }

    /// <summary>The next thing to befall a node; null when all that was planned has happened.</summary>
    public Disturbance? TakeDisturbance()
    {
        if (_disturbances.Count == 0)
        {
            return null;
        }

        var index = Random.Next(_disturbances.Count);
        var taken = _disturbances[index];
        _disturbances.RemoveAt(index);
        return taken;
    }

    private void Plan(Disturbance disturbance, int times) => _disturbances.AddRange(Enumerable.Repeat(disturbance, times));

    private bool LosesLines => FaultRules.Contains("result_", StringComparison.Ordinal) || FaultRules.Contains("empty_output", StringComparison.Ordinal);

    private string MakeFaults()
    {
        var rules = new StringBuilder("{\"rules\":[");
        var count = Random.Next(6);
        for (var index = 0; index < count; index++)
        {
            var (fault, operation, value) = Faults[Random.Next(Faults.Length)];
            rules.Append(index > 0 ? "," : "")
                .Append(CultureInfo.InvariantCulture, $"{{\"fault\":\"{fault}\",\"operation\":\"{operation}\",\"times\":{1 + Random.Next(2)},\"skip\":{Random.Next(3)}")
                .Append(value.Length > 0 ? $",\"value\":{value}" : "")
                .Append('}');
        }

        return rules.Append("]}").ToString();
    }
}
