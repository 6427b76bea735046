using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A batch job as Mistral describes it (https://docs.mistral.ai/api, batch jobs, read 2026-11-20); any member may be missing.</summary>
internal sealed record MistralJob
{
    // A job that ended may name its files a little later than its state; after this they are taken not to exist.
    private static readonly TimeSpan FilesMayLag = TimeSpan.FromMinutes(15);

    public required string Id { get; init; }

    public required string Status { get; init; }

    public IReadOnlyList<string> InputFiles { get; init; } = [];

    public string? OutputFile { get; init; }

    public string? ErrorFile { get; init; }

    public string? Submission { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public bool HasErrors { get; init; }

    /// <summary>Reads a job; null when it has no id.</summary>
    public static MistralJob? Read(JsonElement job) => job.Text("id") is not { Length: > 0 } id ? null : new MistralJob
    {
        Id = id,
        Status = job.Text("status") ?? "",
        InputFiles = [.. job.Items("input_files").Where(file => file.ValueKind == JsonValueKind.String).Select(file => file.ReadText())],
        OutputFile = NotEmpty(job.Text("output_file")),
        ErrorFile = NotEmpty(job.Text("error_file")),
        Submission = job.Object("metadata")?.Text(OpenAIBatchBackend.SubmissionMetadata),
        CreatedAt = Instant(job.Count("created_at")),
        StartedAt = Instant(job.Count("started_at")),
        CompletedAt = Instant(job.Count("completed_at")),
        Succeeded = Math.Max(0, job.Count("succeeded_requests") ?? 0),
        Failed = Math.Max(0, job.Count("failed_requests") ?? 0),
        HasErrors = job.Items("errors").Any(),
    };

    /// <summary>What the job says at <paramref name="now"/>. Both files are named whatever the state is: a job that succeeded may have failed requests, and what an unlucky one answered was paid for.</summary>
    public BatchSnapshot Snapshot(DateTimeOffset now, TimeSpan? retryAfter)
    {
        List<string> files = [.. new[] { OutputFile, ErrorFile }.OfType<string>()];
        var phase = Phase(files.Count > 0, now);
        return new BatchSnapshot
        {
            ProviderBatchId = Id,
            Phase = phase,
            Rejection = phase != BatchPhase.Rejected ? null
                : Status == "CANCELLED" ? new ProviderFailure(FailureStage.Create, FailureCause.Cancelled)
                : new ProviderFailure(FailureStage.Create, HasErrors ? FailureCause.InvalidRequest : FailureCause.ServerError),
            Finished = Succeeded + Failed,
            ResultReferences = files,
            RetryAfter = retryAfter,
        };
    }

    private BatchPhase Phase(bool hasFiles, DateTimeOffset now) => Status switch
    {
        "SUCCESS" or "TIMEOUT_EXCEEDED" => LacksFiles && now - CompletedAt < FilesMayLag ? BatchPhase.Running : BatchPhase.Ended,
        "FAILED" => hasFiles || Succeeded > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
        "CANCELLED" => hasFiles || StartedAt is not null || Succeeded + Failed > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
        "CANCELLATION_REQUESTED" => BatchPhase.Cancelling,
        // The list of words is open (https://github.com/mistralai/client-python, 2026-06-30): a new one is not the end.
        _ => BatchPhase.Running,
    };

    private bool LacksFiles => (Succeeded > 0 && OutputFile is null) || (Failed > 0 && ErrorFile is null);

    private static string? NotEmpty(string? id) => string.IsNullOrWhiteSpace(id) ? null : id;

    private static DateTimeOffset? Instant(long? seconds) =>
        seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : null;
}
