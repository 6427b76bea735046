using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Finds the oldest due sealed batch its provider's queue has room for, within a transaction.</summary>
internal sealed class ProviderQueues(Connection connection, AdmissionSource admission)
{
    private readonly Dictionary<(string Provider, string Credential), ProviderQueue> _queues = [];

    internal long? FindAdmitted(DateTimeOffset now) =>
        ReadSealed(now).Find(candidate => QueueOf(candidate.Provider, candidate.Credential).Admits(candidate))?.Id;

    private List<SealedBatch> ReadSealed(DateTimeOffset now)
    {
        var candidates = new List<SealedBatch>();
        using var row = connection.Use("ReadSealed").With(now);
        while (row.Step())
        {
            candidates.Add(new SealedBatch(row.Int64(), row.Text(), row.Text(), row.Text(), row.Int64(), row.Int64()));
        }

        return candidates;
    }

    private ProviderQueue QueueOf(string provider, string credential)
    {
        if (!_queues.TryGetValue((provider, credential), out var queue))
        {
            queue = new ProviderQueue(admission(ProviderId.Parse(provider), credential));
            _queues.Add((provider, credential), queue);
            using var row = connection.Use("ReadProviderQueue").With(provider).With(credential);
            while (row.Step())
            {
                queue.Reserve(row.Text(), row.Int64(), row.Int64(), row.Bool(), row.Bool());
            }
        }

        return queue;
    }
}
