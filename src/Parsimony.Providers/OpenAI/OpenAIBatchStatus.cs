namespace Parsimony.Providers;

/// <summary>OpenAI's batch states in the common vocabulary (https://platform.openai.com/docs/guides/batch, read 2026-11-20).</summary>
internal static class OpenAIBatchStatus
{
    // A completed batch may name its files a little later than its state; after this they are taken not to exist.
    private static readonly TimeSpan FilesMayLag = TimeSpan.FromMinutes(15);

    /// <summary>What the batch says at <paramref name="now"/>.</summary>
    public static BatchSnapshot Snapshot(OpenAIBatch batch, DateTimeOffset now, TimeSpan? retryAfter)
    {
        List<string> files = [.. new[] { batch.OutputFileId ?? batch.OutputBlob, batch.ErrorFileId ?? batch.ErrorBlob }.OfType<string>()];
        var phase = Phase(batch, files, now);
        return new BatchSnapshot
        {
            ProviderBatchId = batch.Id,
            Phase = phase,
            Rejection = phase == BatchPhase.Rejected ? Rejection(batch) : null,
            Finished = batch.Completed + batch.Failed,
            ResultReferences = files,
            RetryAfter = retryAfter,
        };
    }

    private static BatchPhase Phase(OpenAIBatch batch, List<string> files, DateTimeOffset now) => batch.Status switch
    {
        // Should a failed batch have files all the same, they were paid for.
        "failed" => files.Count > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
        "completed" => LacksFiles(batch) && now - batch.CompletedAt < FilesMayLag ? BatchPhase.Running : BatchPhase.Ended,
        // Cancelled while it was being validated: nothing ran. That it has no files then is UNVERIFIED; one that has some is read.
        "cancelled" when files.Count == 0 && batch is { StartedAt: null, Completed: 0, Failed: 0 } => BatchPhase.Rejected,
        "expired" or "cancelled" => BatchPhase.Ended,
        "cancelling" => BatchPhase.Cancelling,
        _ => BatchPhase.Running,
    };

    private static bool LacksFiles(OpenAIBatch batch) =>
        (batch.Completed > 0 && (batch.OutputFileId ?? batch.OutputBlob) is null) || (batch.Failed > 0 && (batch.ErrorFileId ?? batch.ErrorBlob) is null);

    private static ProviderFailure Rejection(OpenAIBatch batch)
    {
        if (batch.Status == "cancelled")
        {
            return new ProviderFailure(FailureStage.Create, FailureCause.Cancelled);
        }

        // A full queue is the one cause that passes by itself, so it goes before what else is listed.
        var error = batch.Errors.FirstOrDefault(e => OpenAIErrorReader.CauseOf(e.Code) == FailureCause.QueueLimit)
            ?? (batch.Errors is [var first, ..] ? first : null);
        return error is null
            ? new ProviderFailure(FailureStage.Create, FailureCause.ServerError)
            : new ProviderFailure(FailureStage.Create, OpenAIErrorReader.CauseOf(error.Code) ?? FailureCause.InvalidRequest, ProviderCode: error.Code, Line: error.Line);
    }
}
