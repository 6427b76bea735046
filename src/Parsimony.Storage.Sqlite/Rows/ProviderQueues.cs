using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Finds the due sealed batch whose turn it is in its provider's queue, within a transaction.</summary>
internal sealed class ProviderQueues(Connection connection, AdmissionSource admission)
{
    private readonly bool _hasControl = ControlTables.Exist(connection);

    internal long? TakeTurn(DateTimeOffset now)
    {
        var queues = ReadSealed(now).GroupBy(ProviderQueueKey.Of).Select(waiting => Read(waiting.Key).Next(waiting, now));
        if (ProviderQueueKey.Merge(queues).FirstOrDefault() is not { } batch)
        {
            return null;
        }

        if (_hasControl)
        {
            connection.Use("SetQueueTurn").With(batch.Provider).With(batch.Credential).With(batch.Group).With(now).Run();
        }

        return batch.Id;
    }

    private List<SealedBatch> ReadSealed(DateTimeOffset now)
    {
        var candidates = new List<SealedBatch>();
        using (var row = connection.Use("ReadSealed").With(now))
        {
            while (row.Step())
            {
                candidates.Add(SealedBatch.Read(row));
            }
        }

        var unusual = candidates.Count > 1 && _hasControl ? ReadPriorities() : [];
        return unusual.Count == 0 ? candidates : candidates.ConvertAll(batch => unusual.TryGetValue(batch.Id, out var levels) ? batch.With(levels) : batch);
    }

    private Dictionary<long, List<(RequestPriority Priority, long Items)>> ReadPriorities()
    {
        var levels = new Dictionary<long, List<(RequestPriority Priority, long Items)>>();
        using var row = connection.Use("ReadBatchPriorities");
        while (row.Step())
        {
            var batch = row.Int64();
            if (!levels.TryGetValue(batch, out var list))
            {
                levels.Add(batch, list = []);
            }

            list.Add((RequestPriority.Of(row.Int32()), row.Int64()));
        }

        return levels;
    }

    private ProviderQueue Read(ProviderQueueKey key)
    {
        var queue = new ProviderQueue(admission(ProviderId.Parse(key.Provider), key.Credential));
        using (var row = connection.Use("ReadProviderQueue").With(key.Provider).With(key.Credential))
        {
            while (row.Step())
            {
                queue.Reserve(row.Text(), row.Text(), row.Int64(), row.Int64(), row.Bool(), row.Bool());
            }
        }

        if (_hasControl)
        {
            using var row = connection.Use("ReadQueueTurns").With(key.Provider).With(key.Credential);
            while (row.Step())
            {
                queue.NoteTurn(row.Text(), row.Time());
            }
        }

        return queue;
    }
}
