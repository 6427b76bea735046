namespace Parsimony.Engine;

/// <summary>The decisions of a chunk: one run for those that share context, reason and route. Not thread safe.</summary>
internal sealed class DecisionRuns
{
    private readonly Dictionary<(DecisionContext Context, long Reason, Route Route), DecisionRun> _runs = [];
    private DecisionRun? _last;

    internal IReadOnlyCollection<DecisionRun> All => _runs.Values;

    /// <summary>Notes the decision of a request that is added; requests come in the order of their numbers.</summary>
    /// <param name="sequence">Its row number.</param>
    /// <param name="request">The request; one that nobody planned is passed over.</param>
    /// <param name="reason">The number of its reason.</param>
    internal void Add(long sequence, NewRequest request, long reason)
    {
        if (request.Decision is not { } decision)
        {
            return;
        }

        // Neighbours have the same object, so its text is hashed once.
        if (_last is null || !ReferenceEquals(_last.Context, decision.Context) || _last.Reason != reason || _last.Route != request.Route)
        {
            var key = (decision.Context, reason, request.Route);
            if (!_runs.TryGetValue(key, out _last))
            {
                _runs.Add(key, _last = new DecisionRun(decision.Context, reason, request.Route, sequence));
            }
        }

        _last.Add(PackedDecision.Of(sequence, decision, request.EscalateAt));
    }
}

/// <summary>Requests of one chunk that were decided alike.</summary>
internal sealed class DecisionRun(DecisionContext context, long reason, Route route, long first)
{
    private readonly DecisionPack _pack = new(first);

    internal DecisionContext Context => context;

    internal long Reason => reason;

    internal Route Route => route;

    /// <summary>The first request's number; no other run's.</summary>
    internal long First { get; } = first;

    /// <summary>The last one's; others between may be of other runs.</summary>
    internal long Last { get; private set; } = first;

    /// <summary>The latest of their instants.</summary>
    internal DateTimeOffset At { get; private set; }

    internal void Add(in PackedDecision next)
    {
        _pack.Add(next);
        Last = next.Sequence;
        var at = new DateTimeOffset(next.At, TimeSpan.Zero);
        At = at > At ? at : At;
    }

    internal byte[] Inputs() => _pack.ToArray();
}
