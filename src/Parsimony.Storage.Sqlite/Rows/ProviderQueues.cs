using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Finds the oldest due sealed batch its provider's queue has room for, within a transaction.</summary>
internal sealed class ProviderQueues(Connection connection, AdmissionSource admission)
{
    private readonly Dictionary<(string Provider, string Credential), Queue> _queues = [];

    internal long? FindAdmitted(DateTimeOffset now)
    {
        foreach (var candidate in ReadSealed(now))
        {
            var queue = QueueOf(candidate.Provider, candidate.Credential);
            if (queue.Admits(candidate))
            {
                return candidate.Id;
            }
        }

        return null;
    }

    private List<Candidate> ReadSealed(DateTimeOffset now)
    {
        var candidates = new List<Candidate>();
        using var row = connection.Use("ReadSealed").With(now);
        while (row.Step())
        {
            candidates.Add(new Candidate(row.Int64(), row.Text(), row.Text(), row.Text(), row.Int64(), row.Int64()));
        }

        return candidates;
    }

    private Queue QueueOf(string provider, string credential)
    {
        if (!_queues.TryGetValue((provider, credential), out var queue))
        {
            queue = new Queue(admission(ProviderId.Parse(provider), credential));
            _queues.Add((provider, credential), queue);
            using var row = connection.Use("ReadProviderQueue").With(provider).With(credential);
            while (row.Step())
            {
                queue.Reserve(row.Text(), row.Int64(), row.Int64(), row.Bool(), row.Bool());
            }
        }

        return queue;
    }

    private sealed record Candidate(long Id, string Provider, string Credential, string Model, long Items, long Tokens);

    private sealed class Queue(Admission admission)
    {
        private readonly HashSet<long> _unresolvedCounts = [];
        private readonly Dictionary<string, long> _tokens = new(StringComparer.Ordinal);
        private long _requests;

        internal void Reserve(string model, long items, long tokens, bool isQueued, bool isUnresolved)
        {
            if (isQueued)
            {
                _requests += items;
                _tokens[model] = _tokens.GetValueOrDefault(model) + tokens;
            }

            if (isUnresolved)
            {
                _unresolvedCounts.Add(items);
            }
        }

        internal bool Admits(Candidate batch) =>
            admission.IsOpen
            && HasRoom(_requests, batch.Items, admission.MaxQueuedRequests)
            && HasRoom(_tokens.GetValueOrDefault(batch.Model), batch.Tokens, admission.MaxQueuedTokens)
            && !(admission.DistinctCounts && _unresolvedCounts.Contains(batch.Items));

        // What alone is over the limit goes when nothing else is queued: the limit may be told wrong, and waiting would never end.
        private static bool HasRoom(long reserved, long added, long? limit) => limit is not { } most || reserved == 0 || reserved + added <= most;
    }
}
