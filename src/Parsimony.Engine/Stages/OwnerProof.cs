namespace Parsimony.Engine;

/// <summary>Proof of whose a provider batch is, by the custom ids of its results.</summary>
internal static class OwnerProof
{
    /// <summary>True: ours. False: somebody else's. Null: it has not ended, or has no readable line.</summary>
    public static async Task<bool?> ReadAsync(IBatchBackend backend, string providerBatchId, string submissionKey, CancellationToken cancellationToken)
    {
        if (await backend.PollAsync(providerBatchId, cancellationToken).ConfigureAwait(false)
            is not PollOutcome.Seen { Snapshot: { Phase: BatchPhase.Ended } snapshot })
        {
            return null;
        }

        try
        {
            await foreach (var line in backend.ReadResultsAsync(snapshot, cancellationToken).ConfigureAwait(false))
            {
                if (line.CustomId is { } customId)
                {
                    return CustomId.IsOf(customId, submissionKey);
                }
            }
        }
        catch (ProviderException)
        {
            return null;
        }

        return null;
    }
}
