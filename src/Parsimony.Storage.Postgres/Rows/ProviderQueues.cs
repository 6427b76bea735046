using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Claims the oldest due sealed batch its provider's queue has room for, within a transaction.</summary>
internal sealed class ProviderQueues(Session session, AdmissionSource admission)
{
    internal async Task<Batch?> ClaimAsync(Lease lease, DateTimeOffset now)
    {
        var candidates = await session.Use("ReadSealed").With(now).ListAsync(
            static row => new SealedBatch(row.Int64(), row.Text(), row.Text(), row.Text(), row.Int32(), row.Int64()), session.Cancellation).ConfigureAwait(false);
        var queues = await LockAsync(candidates).ConfigureAwait(false);
        foreach (var candidate in candidates)
        {
            // Null when another node took it, or it was emptied, after the list was read.
            if (queues.TryGetValue((candidate.Provider, candidate.Credential), out var queue) && queue.Admits(candidate)
                && await session.UseLease("ClaimForSubmission", lease, now).With(candidate.Id).With(now)
                    .FirstAsync(BatchColumns.Read, session.Cancellation).ConfigureAwait(false) is { } batch)
            {
                return batch;
            }
        }

        return null;
    }

    // Always in the same order, so that two submitters never wait for each other in a circle.
    private async Task<Dictionary<(string Provider, string Credential), ProviderQueue>> LockAsync(List<SealedBatch> candidates)
    {
        var queues = new Dictionary<(string Provider, string Credential), ProviderQueue>();
        var keys = candidates.Select(c => (c.Provider, c.Credential)).Distinct()
            .OrderBy(k => k.Provider, StringComparer.Ordinal).ThenBy(k => k.Credential, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var admitted = admission(ProviderId.Parse(key.Provider), key.Credential);
            if (!admitted.IsOpen)
            {
                continue;
            }

            await session.Use("LockProviderQueue").With(key.Provider).With(key.Credential).RunAsync(session.Cancellation).ConfigureAwait(false);
            var queue = new ProviderQueue(admitted);
            var reserved = await session.Use("ReadProviderQueue").With(key.Provider).With(key.Credential).ListAsync(
                static row => (Model: row.Text(), Items: row.Int32(), Tokens: row.Int64(), IsQueued: row.Bool(), IsUnresolved: row.Bool()),
                session.Cancellation).ConfigureAwait(false);
            foreach (var batch in reserved)
            {
                queue.Reserve(batch.Model, batch.Items, batch.Tokens, batch.IsQueued, batch.IsUnresolved);
            }

            queues.Add(key, queue);
        }

        return queues;
    }
}
