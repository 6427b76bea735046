namespace Parsimony.Engine;

/// <summary>Whose queue it is.</summary>
internal readonly record struct ProviderQueueKey(string Provider, string Credential)
{
    internal static ProviderQueueKey Of(SealedBatch batch) => new(batch.Provider, batch.Credential);

    /// <summary>Of all queues' next batches, the order in which to try them: the one sealed first, for queues do not stand in each other's way.</summary>
    internal static IEnumerable<SealedBatch> Merge(IEnumerable<IEnumerable<SealedBatch>> queues) =>
        queues.Select(queue => queue.ToList()).Where(queue => queue.Count > 0)
            .OrderBy(queue => queue[0].SealedAt).ThenBy(queue => queue[0].Id)
            .SelectMany(queue => queue);
}
