using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Batches and errors as Anthropic shows them.</summary>
internal static class AnthropicWire
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    // Results are kept 29 days from creation (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28).
    public static readonly TimeSpan ResultLife = TimeSpan.FromDays(29);

    public static void WriteBatch(Utf8JsonWriter writer, BatchState batch, string root, DateTimeOffset now)
    {
        var archived = now >= batch.CreatedAt + ResultLife;
        writer.WriteString("id", batch.Id);
        writer.WriteString("type", "message_batch");
        writer.WriteString("processing_status", batch.IsEnded ? "ended" : batch.Phase == BatchPhase.Cancelling ? "canceling" : "in_progress");
        WriteCounts(writer, batch, now);
        WriteTime(writer, "ended_at", batch, batch.EndedAt);
        WriteTime(writer, "created_at", batch, batch.CreatedAt);
        WriteTime(writer, "expires_at", batch, batch.ExpiresAt);
        WriteTime(writer, "archived_at", batch, archived ? batch.CreatedAt + ResultLife : null);
        WriteTime(writer, "cancel_initiated_at", batch, batch.CancellingAt);
        writer.WriteString("results_url", batch.IsEnded && !archived ? $"{root}/v1/messages/batches/{batch.Id}/results" : null);
    }

    public static void WriteError(Utf8JsonWriter writer, Refusal refusal, string requestId)
    {
        writer.WriteString("type", "error");
        writer.WriteStartObject("error");
        writer.WriteString("type", refusal.Type switch
        {
            "server_error" => refusal.Status == 529 ? "overloaded_error" : "api_error",
            var type => type,
        });
        writer.WriteString("message", refusal.Message);
        writer.WriteEndObject();
        writer.WriteString("request_id", requestId);
    }

    // All but "processing" stay 0 until the whole batch has ended; lagging counts catch up later still.
    private static void WriteCounts(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var (processing, succeeded, errored, canceled, expired) = (batch.Count, 0, 0, 0, 0);
        if (batch.EndedAt is { } ended && ended + batch.CountsLag <= now)
        {
            succeeded = batch.Done.Count(d => d.End == ItemEnd.Succeeded);
            errored = batch.Done.Count - succeeded;
            var rest = batch.Count - batch.Done.Count;
            (processing, canceled, expired) = batch.Phase == BatchPhase.Cancelled ? (0, rest, 0) : (0, 0, rest);
        }

        writer.WriteStartObject("request_counts");
        writer.WriteNumber("processing", processing);
        writer.WriteNumber("succeeded", succeeded);
        writer.WriteNumber("errored", errored);
        writer.WriteNumber("canceled", canceled);
        writer.WriteNumber("expired", expired);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, BatchState batch, DateTimeOffset? at) =>
        writer.WriteString(name, at is { } time ? (time + batch.Skew).UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture) : null);
}
