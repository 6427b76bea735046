using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A batch as OpenAI and those who serve the same describe it; read by hand because any member may be missing, empty or of an unexpected type.</summary>
internal sealed record OpenAIBatch
{
    public required string Id { get; init; }

    public required string Status { get; init; }

    public string? InputFileId { get; init; }

    public string? OutputFileId { get; init; }

    public string? ErrorFileId { get; init; }

    public string? Submission { get; init; }

    /// <summary>Where the input lies, and the results, when not in files: Azure's own storage.</summary>
    public string? InputBlob { get; init; }

    public string? OutputBlob { get; init; }

    public string? ErrorBlob { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public long Completed { get; init; }

    public long Failed { get; init; }

    public IReadOnlyList<OpenAIBatchError> Errors { get; init; } = [];

    /// <summary>Reads a batch object; null when it has no id.</summary>
    public static OpenAIBatch? Read(JsonElement batch)
    {
        if (batch.Text("id") is not { Length: > 0 } id)
        {
            return null;
        }

        var counts = batch.Object("request_counts");
        return new OpenAIBatch
        {
            Id = id,
            Status = (batch.Text("status") ?? "").ToLowerInvariant() is "canceled" ? "cancelled" : (batch.Text("status") ?? "").ToLowerInvariant(),
            InputFileId = NotEmpty(batch.Text("input_file_id")),
            OutputFileId = NotEmpty(batch.Text("output_file_id")),
            ErrorFileId = NotEmpty(batch.Text("error_file_id")),
            InputBlob = NotEmpty(batch.Text("input_blob")),
            OutputBlob = NotEmpty(batch.Text("output_blob")),
            ErrorBlob = NotEmpty(batch.Text("error_blob")),
            Submission = batch.Object("metadata")?.Text(OpenAIBatchBackend.SubmissionMetadata),
            CreatedAt = Instant(batch, "created_at"),
            StartedAt = Instant(batch, "in_progress_at"),
            CompletedAt = Instant(batch, "completed_at"),
            // Some put the counts beside the others.
            Completed = Math.Max(0, (counts ?? batch).Count("completed") ?? 0),
            Failed = Math.Max(0, (counts ?? batch).Count("failed") ?? 0),
            // An object with data, or the bare list some show.
            Errors = [.. (batch.Object("errors")?.Items("data") ?? batch.Items("errors")).Where(e => e.ValueKind == JsonValueKind.Object)
                .Select(e => new OpenAIBatchError(ProviderFailure.SafeCode(e.Text("code")), e.Count("line")))],
        };
    }

    // An empty file id means there is no file; asking for it would be asking for the collection.
    private static string? NotEmpty(string? id) => string.IsNullOrWhiteSpace(id) ? null : id;

    /// <summary>Seconds, or the text of a date that some write.</summary>
    private static DateTimeOffset? Instant(JsonElement batch, string name) =>
        batch.Count(name) is { } seconds
            ? seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null
            : DateTimeOffset.TryParse(batch.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}

/// <summary>One complaint about a batch's input; its message is not kept.</summary>
internal sealed record OpenAIBatchError(string? Code, long? Line);
