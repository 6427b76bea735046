using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A batch inference job as Fireworks describes it (github.com/fw-ai-external/python-sdk, types/batch_inference_job.py, 2026-07-21, read 2026-11-20); any member may be missing, and be written with underscores.</summary>
internal sealed record FireworksJob
{
    public required string Id { get; init; }

    public required string State { get; init; }

    public string? OutputDataset { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public long? Processed { get; init; }

    public long Succeeded { get; init; }

    public string? StatusCode { get; init; }

    /// <summary>Reads a job; null when it has no name.</summary>
    public static FireworksJob? Read(JsonElement job)
    {
        if (job.Text("name") is not { Length: > 0 } name)
        {
            return null;
        }

        var progress = job.Object("jobProgress") ?? job.Object("job_progress");
        return new FireworksJob
        {
            Id = FireworksNames.Id(name),
            State = (job.Text("state") ?? "").Replace("JOB_STATE_", "", StringComparison.Ordinal),
            OutputDataset = (job.Text("outputDatasetId") ?? job.Text("output_dataset_id")) is { Length: > 0 } dataset ? FireworksNames.Id(dataset) : null,
            CreatedAt = DateTimeOffset.TryParse(job.Text("createTime") ?? job.Text("create_time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null,
            Processed = progress is { } p ? Number(p, "totalProcessedRequests", "total_processed_requests") : null,
            Succeeded = progress is { } q ? Number(q, "successfullyProcessedRequests", "successfully_processed_requests") ?? 0 : 0,
            StatusCode = job.Object("status") is { } status ? status.Text("code") ?? status.Count("code")?.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>What the job says.</summary>
    public BatchSnapshot Snapshot(TimeSpan? retryAfter)
    {
        var phase = State switch
        {
            "COMPLETED" or "EXPIRED" or "CANCELLED" or "EARLY_STOPPED" => BatchPhase.Ended,
            // Its output dataset does not exist, as was seen; one that answered something all the same is read.
            "FAILED" => Succeeded > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
            "CANCELLING" or "DELETING" or "DELETING_CLEANING_UP" => BatchPhase.Cancelling,
            _ => BatchPhase.Running,
        };
        return new BatchSnapshot
        {
            ProviderBatchId = Id,
            Phase = phase,
            Rejection = phase == BatchPhase.Rejected ? new ProviderFailure(FailureStage.Create, CauseOf(StatusCode), ProviderCode: ProviderFailure.SafeCode(StatusCode)) : null,
            Finished = Processed is { } processed ? Math.Max(0, processed) : null,
            ResultReferences = [OutputDataset ?? FireworksNames.Output(Id)],
            RetryAfter = retryAfter,
        };
    }

    // Codes are those of gRPC, as names or numbers (https://grpc.github.io/grpc/core/md_doc_statuscodes.html, read 2026-11-21).
    private static FailureCause CauseOf(string? code) => code switch
    {
        "RESOURCE_EXHAUSTED" or "8" => FailureCause.QueueLimit,
        "PERMISSION_DENIED" or "7" => FailureCause.Permission,
        "UNAUTHENTICATED" or "16" => FailureCause.Credential,
        "NOT_FOUND" or "5" => FailureCause.NotFound,
        "INVALID_ARGUMENT" or "3" or "FAILED_PRECONDITION" or "9" => FailureCause.InvalidRequest,
        _ => FailureCause.ServerError,
    };

    /// <summary>A count; 64-bit ones are texts.</summary>
    private static long? Number(JsonElement parent, string name, string other) =>
        parent.Count(name) ?? parent.Count(other)
        ?? (long.TryParse(parent.Text(name) ?? parent.Text(other), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null);
}
