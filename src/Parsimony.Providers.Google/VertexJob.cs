using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>A batch prediction job as the API shows it (google/cloud/aiplatform/v1/batch_prediction_job.proto and job_state.proto, read 2026-11-20).</summary>
internal sealed record VertexJob
{
    public required string Name { get; init; }

    /// <summary>The state without its prefix.</summary>
    public required string State { get; init; }

    public string? DisplayName { get; init; }

    public string? Input { get; init; }

    /// <summary>Where its results are: the directory it made, else the prefix it was given.</summary>
    public string? Output { get; init; }

    public bool HasOutput { get; init; }

    public long? Succeeded { get; init; }

    public long? Failed { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public ProviderFailure? Error { get; init; }

    /// <summary>Reads a job; null when it has no name.</summary>
    public static VertexJob? Read(JsonElement root)
    {
        if (root.Text("name") is not { Length: > 0 } name)
        {
            return null;
        }

        const string Prefix = "JOB_STATE_";
        var state = root.Text("state") ?? "";
        var directory = root.Object("outputInfo")?.Text("gcsOutputDirectory");
        return new VertexJob
        {
            Name = name,
            State = state.StartsWith(Prefix, StringComparison.Ordinal) ? state[Prefix.Length..] : state,
            DisplayName = root.Text("displayName"),
            Input = root.Object("inputConfig")?.Object("gcsSource") is { } source ? source.Items("uris").Select(uri => uri.ValueKind == JsonValueKind.String ? uri.ReadText() : null).FirstOrDefault() : null,
            Output = directory is { Length: > 0 } ? directory : root.Object("outputConfig")?.Object("gcsDestination")?.Text("outputUriPrefix"),
            HasOutput = directory is { Length: > 0 },
            Succeeded = root.Object("completionStats") is { } stats ? GeminiNumbers.Whole(stats, "successfulCount") : null,
            Failed = root.Object("completionStats") is { } counts ? GeminiNumbers.Whole(counts, "failedCount") : null,
            CreatedAt = GeminiNumbers.Time(root, "createTime"),
            Error = root.Object("error") is { } error ? GeminiErrorReader.Read(FailureStage.Create, error) : null,
        };
    }

    /// <summary>What the job says in the common vocabulary.</summary>
    public BatchSnapshot Snapshot(TimeSpan? retryAfter)
    {
        var hasResults = HasOutput || Succeeded > 0;
        var phase = State switch
        {
            "SUCCEEDED" or "PARTIALLY_SUCCEEDED" => BatchPhase.Ended,
            // A job that never found capacity in its queue, or was refused or cancelled before it began, ran nothing; one that wrote something is read.
            "FAILED" or "EXPIRED" or "CANCELLED" => hasResults ? BatchPhase.Ended : BatchPhase.Rejected,
            "CANCELLING" => BatchPhase.Cancelling,
            _ => BatchPhase.Running,
        };
        return new BatchSnapshot
        {
            ProviderBatchId = Name,
            Phase = phase,
            Rejection = phase != BatchPhase.Rejected ? null : State switch
            {
                "EXPIRED" => new ProviderFailure(FailureStage.Create, FailureCause.Expired),
                "CANCELLED" => new ProviderFailure(FailureStage.Create, FailureCause.Cancelled),
                _ => Error switch
                {
                    null => new ProviderFailure(FailureStage.Create, FailureCause.ServerError),
                    { Cause: FailureCause.RateLimited } full => full with { Cause = FailureCause.QueueLimit },
                    var error => error,
                },
            },
            Finished = Succeeded is null && Failed is null ? null : (Succeeded ?? 0) + (Failed ?? 0),
            ResultReferences = phase == BatchPhase.Ended && Output is { Length: > 0 } output ? [output] : [],
            RetryAfter = retryAfter,
        };
    }
}
