namespace Parsimony.Engine;

/// <summary>How many requests of batches that could read the prompt cache did.</summary>
internal static class BatchHitsSeen
{
    private const int BatchesLearntFrom = 50;

    /// <summary>What is believed of each model of a provider whose batches were measured; the provider's prior holds for the others.</summary>
    public static async Task<IReadOnlyDictionary<string, BatchHitRate>> ReadAsync(IEngineStore store, ProviderId provider, CancellationToken cancellationToken)
    {
        var possible = await store.Observations.ReadAsync(ObservationKind.BatchHitsPossible, provider, BatchesLearntFrom, cancellationToken).ConfigureAwait(false);
        var measured = await store.Observations.ReadAsync(ObservationKind.BatchHits, provider, BatchesLearntFrom, cancellationToken).ConfigureAwait(false);
        return measured.GroupBy(seen => seen.Model, StringComparer.Ordinal).ToDictionary(
            model => model.Key,
            model => BatchHitRate.Prior(provider).After(
                [.. from seen in model
                    from before in possible
                    where seen.IsOfSameBatch(before)
                    select ((double)before.Hits, (double)seen.Hits)]),
            StringComparer.Ordinal);
    }
}
