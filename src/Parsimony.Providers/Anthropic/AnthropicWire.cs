using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parsimony.Providers;

/// <summary>A message batch as the API shows it. Source: platform.claude.com/docs/en/api/messages/batches, read 2026-11-20.</summary>
internal sealed record AnthropicBatch
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("processing_status")]
    public string? ProcessingStatus { get; init; }

    [JsonPropertyName("request_counts")]
    public AnthropicRequestCounts? RequestCounts { get; init; }

    [JsonPropertyName("created_at")]
    public string? CreatedAt { get; init; }

    [JsonPropertyName("archived_at")]
    public string? ArchivedAt { get; init; }

    [JsonPropertyName("results_url")]
    public string? ResultsUrl { get; init; }
}

/// <summary>Where a batch's requests stand. All but the first stay 0 until the whole batch has ended.</summary>
internal sealed record AnthropicRequestCounts
{
    [JsonPropertyName("processing")]
    public JsonElement Processing { get; init; }

    [JsonPropertyName("succeeded")]
    public JsonElement Succeeded { get; init; }

    [JsonPropertyName("errored")]
    public JsonElement Errored { get; init; }

    [JsonPropertyName("canceled")]
    public JsonElement Canceled { get; init; }

    [JsonPropertyName("expired")]
    public JsonElement Expired { get; init; }

    [JsonIgnore]
    public long Finished => Count(Succeeded) + Count(Errored) + Count(Canceled) + Count(Expired);

    [JsonIgnore]
    public long Total => Count(Processing) + Finished;

    // A missing or unreadable number counts as zero: progress is a courtesy, not a fact to fail on.
    private static long Count(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var count) && count > 0 ? count : 0;
}

/// <summary>One page of the list of batches, newest first.</summary>
internal sealed record AnthropicBatchPage
{
    [JsonPropertyName("data")]
    public IReadOnlyList<AnthropicBatch>? Data { get; init; }

    [JsonPropertyName("has_more")]
    public bool? HasMore { get; init; }

    [JsonPropertyName("last_id")]
    public string? LastId { get; init; }
}

/// <summary>An error body: <c>{"type":"error","error":{"type":"...","message":"..."}}</c>.</summary>
internal sealed record AnthropicErrorBody
{
    [JsonPropertyName("error")]
    public AnthropicError? Error { get; init; }
}

/// <summary>The inner error, which decides; batch result lines nest it once more.</summary>
internal sealed record AnthropicError
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("error")]
    public AnthropicError? Inner { get; init; }

    [JsonPropertyName("details")]
    public AnthropicErrorDetails? Details { get; init; }
}

/// <summary>What tells apart errors of one type.</summary>
internal sealed record AnthropicErrorDetails
{
    [JsonPropertyName("error_code")]
    public string? ErrorCode { get; init; }
}

[JsonSerializable(typeof(AnthropicBatch))]
[JsonSerializable(typeof(AnthropicBatchPage))]
[JsonSerializable(typeof(AnthropicErrorBody))]
[JsonSerializable(typeof(string))]
internal sealed partial class AnthropicJson : JsonSerializerContext;
