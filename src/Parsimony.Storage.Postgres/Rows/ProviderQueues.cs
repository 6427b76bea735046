using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Claims the due sealed batch whose turn it is in its provider's queue, within a transaction.</summary>
internal sealed class ProviderQueues(Session session, AdmissionSource admission)
{
    internal async Task<Batch?> ClaimAsync(Lease lease, DateTimeOffset now)
    {
        var hasControl = await ControlTables.ExistAsync(session).ConfigureAwait(false);
        var candidates = await ReadSealedAsync(now, hasControl).ConfigureAwait(false);
        var queues = await LockAsync(candidates, hasControl).ConfigureAwait(false);
        foreach (var candidate in ProviderQueueKey.Merge(candidates.GroupBy(ProviderQueueKey.Of)
            .Where(waiting => queues.ContainsKey(waiting.Key)).Select(waiting => queues[waiting.Key].Next(waiting, now))))
        {
            // Null when another node took it, or it was emptied, after the list was read.
            if (await session.UseLease("ClaimForSubmission", lease, now).With(candidate.Id).With(now)
                .FirstAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false) is { } batch)
            {
                if (hasControl)
                {
                    await session.Use("SetQueueTurn").With(candidate.Provider).With(candidate.Credential).With(candidate.Group).With(now)
                        .RunAsync(session.Cancellation).ConfigureAwait(false);
                }

                return batch;
            }
        }

        return null;
    }

    private async Task<List<SealedBatch>> ReadSealedAsync(DateTimeOffset now, bool hasControl)
    {
        var candidates = await session.Use("ReadSealed").With(now).ListAsync(SealedBatch.Read, session.Cancellation).ConfigureAwait(false);
        if (!hasControl || candidates.Count < 2)
        {
            return candidates;
        }

        var unusual = (await session.Use("ReadBatchPriorities").ListAsync(
            static row => (Batch: row.Int64(), Priority: RequestPriority.Of(row.Small()), Items: (long)row.Int32()), session.Cancellation).ConfigureAwait(false))
            .ToLookup(row => row.Batch, row => (row.Priority, row.Items));
        return unusual.Count == 0 ? candidates : candidates.ConvertAll(batch => batch.With(unusual[batch.Id]));
    }

    // Always in the same order, so that two submitters never wait for each other in a circle.
    private async Task<Dictionary<ProviderQueueKey, ProviderQueue>> LockAsync(List<SealedBatch> candidates, bool hasControl)
    {
        var queues = new Dictionary<ProviderQueueKey, ProviderQueue>();
        var keys = candidates.Select(ProviderQueueKey.Of).Distinct()
            .OrderBy(k => k.Provider, StringComparer.Ordinal).ThenBy(k => k.Credential, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var admitted = admission(ProviderId.Parse(key.Provider), key.Credential);
            if (admitted.IsOpen)
            {
                await session.Use("LockProviderQueue").With(key.Provider).With(key.Credential).RunAsync(session.Cancellation).ConfigureAwait(false);
                queues.Add(key, await ReadAsync(key, new ProviderQueue(admitted), hasControl).ConfigureAwait(false));
            }
        }

        return queues;
    }

    private async Task<ProviderQueue> ReadAsync(ProviderQueueKey key, ProviderQueue queue, bool hasControl)
    {
        var reserved = await session.Use("ReadProviderQueue").With(key.Provider).With(key.Credential).ListAsync(
            static row => (Group: row.Text(), Model: row.Text(), Items: row.Int32(), Tokens: row.Int64(), IsQueued: row.Bool(), IsUnresolved: row.Bool()),
            session.Cancellation).ConfigureAwait(false);
        foreach (var batch in reserved)
        {
            queue.Reserve(batch.Group, batch.Model, batch.Items, batch.Tokens, batch.IsQueued, batch.IsUnresolved);
        }

        if (hasControl)
        {
            var turns = await session.Use("ReadQueueTurns").With(key.Provider).With(key.Credential)
                .ListAsync(static row => (Group: row.Text(), At: row.Time()), session.Cancellation).ConfigureAwait(false);
            foreach (var (group, at) in turns)
            {
                queue.NoteTurn(group, at);
            }
        }

        return queue;
    }
}
