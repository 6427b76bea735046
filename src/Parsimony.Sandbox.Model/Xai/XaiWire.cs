using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Files, batches, results and errors as xAI shows them (https://github.com/xai-org/xai-proto, proto/xai/api/v1/batch.proto, read 2026-11-20).</summary>
internal static class XaiWire
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public static void WriteError(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteString("code", refusal.Status switch
        {
            400 => "Client specified an invalid argument",
            404 => "Some requested entity was not found",
            429 => "Some resource has been exhausted",
            _ => "Internal error",
        });
        writer.WriteString("error", refusal.Message);
    }

    public static void WriteFile(Utf8JsonWriter writer, StoredFile file)
    {
        writer.WriteString("id", file.Id);
        writer.WriteString("object", "file");
        writer.WriteNumber("bytes", file.ContentLength);
        writer.WriteNumber("created_at", (file.CreatedAt + file.Skew).ToUnixTimeSeconds());
        writer.WriteString("filename", file.Name);
        writer.WriteString("purpose", "");
    }

    public static void WriteBatch(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var isRejected = batch.Phase == BatchPhase.Failed;
        writer.WriteString("batch_id", batch.Id);
        writer.WriteString("name", batch.Notes?.GetValueOrDefault("name"));
        writer.WriteString("create_time", Time(batch, batch.CreatedAt));
        writer.WriteString("expire_time", Time(batch, batch.Phase == BatchPhase.Expired ? batch.EndedAt : batch.CreatedAt + Life));
        writer.WriteString("create_api_key_id", "key_" + batch.Scope);
        writer.WriteString("cancel_time", Time(batch, isRejected ? batch.EndedAt : batch.CancellingAt));
        writer.WriteString("cancel_by_xai_message", isRejected ? batch.Errors?[0].Message : null);
        writer.WriteString("input_file_id", batch.InputFile);

        // The counters are not always there: for a while, where a fault says so.
        if (batch.CountsLag > TimeSpan.Zero && now - batch.CreatedAt < batch.CountsLag)
            return;
        var answered = batch.Done.Count(d => d.End == ItemEnd.Succeeded);
        var left = batch.Count - batch.Done.Count;
        writer.WriteStartObject("state");
        writer.WriteNumber("num_requests", batch.InProgressAt is null ? 0 : batch.Count);
        writer.WriteNumber("num_pending", batch.Phase == BatchPhase.Cancelled ? 0 : left);
        writer.WriteNumber("num_success", answered);
        writer.WriteNumber("num_error", batch.Done.Count - answered);
        writer.WriteNumber("num_cancelled", batch.Phase == BatchPhase.Cancelled ? left : 0);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members of an error of gRPC's codes.</summary>
    public static void WriteItemError(Utf8JsonWriter writer, int code, string message)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("code", code);
        writer.WriteString("message", message);
        writer.WriteEndObject();
    }

    private static string? Time(BatchState batch, DateTimeOffset? at) =>
        at is { } time ? (time + batch.Skew).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) : null;
}
