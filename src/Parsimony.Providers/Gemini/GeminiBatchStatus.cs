namespace Parsimony.Providers;

/// <summary>The states of a Gemini batch in the common vocabulary.</summary>
/// <remarks>Source: https://ai.google.dev/gemini-api/docs/batch-api#batch-job-status, read 2026-11-20.</remarks>
internal static class GeminiBatchStatus
{
    public static BatchSnapshot Snapshot(GeminiOperation batch, TimeSpan? retryAfter)
    {
        var phase = Phase(batch);
        return new BatchSnapshot
        {
            ProviderBatchId = batch.Name,
            Phase = phase,
            Rejection = phase == BatchPhase.Rejected ? Rejection(batch) : null,
            Finished = batch.Succeeded is null && batch.Failed is null ? null : (batch.Succeeded ?? 0) + (batch.Failed ?? 0),
            ResultReferences = phase != BatchPhase.Ended ? []
                : batch.ResponsesFile is { } file ? [file]
                : batch.HasInlined ? [batch.Name]
                : [],
            RetryAfter = retryAfter,
        };
    }

    private static BatchPhase Phase(GeminiOperation batch)
    {
        var hasResults = batch.ResponsesFile is not null || batch.HasInlined;
        return batch.State switch
        {
            "SUCCEEDED" or "PARTIALLY_SUCCEEDED" => BatchPhase.Ended,
            // An expired batch has nothing at all, and a failed one ran nothing; should there be results all the same, they were paid for. Whether a
            // cancelled batch keeps what was finished is UNVERIFIED: one that counts answers is read, one that counts none never ran.
            "FAILED" or "EXPIRED" => hasResults ? BatchPhase.Ended : BatchPhase.Rejected,
            "CANCELLED" => hasResults || batch.Succeeded > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
            "CANCELLING" => BatchPhase.Cancelling,
            _ => BatchPhase.Running,
        };
    }

    private static ProviderFailure Rejection(GeminiOperation batch) => batch.State switch
    {
        "EXPIRED" => new ProviderFailure(FailureStage.Create, FailureCause.Expired),
        "CANCELLED" => new ProviderFailure(FailureStage.Create, FailureCause.Cancelled),
        _ => batch.Error switch
        {
            null => new ProviderFailure(FailureStage.Create, FailureCause.ServerError),
            { Cause: FailureCause.RateLimited } full => full with { Cause = FailureCause.QueueLimit },
            var error => error,
        },
    };
}
