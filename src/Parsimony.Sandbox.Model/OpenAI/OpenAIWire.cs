using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Files and batches as OpenAI shows them.</summary>
internal static class OpenAIWire
{
    public static void WriteFile(Utf8JsonWriter writer, StoredFile file, long bytes, bool isPending)
    {
        writer.WriteString("id", file.Id);
        writer.WriteString("object", "file");
        writer.WriteNumber("bytes", bytes);
        writer.WriteNumber("created_at", (file.CreatedAt + file.Skew).ToUnixTimeSeconds());
        if (file.ExpiresAt is { } expires)
            writer.WriteNumber("expires_at", (expires + file.Skew).ToUnixTimeSeconds());
        writer.WriteString("filename", file.Name);
        writer.WriteString("purpose", file.Purpose);
        writer.WriteString("status", isPending ? "pending" : "processed");
        writer.WriteNull("status_details");
    }

    public static void WriteBatch(Utf8JsonWriter writer, BatchState batch, Bill bill, DateTimeOffset now)
    {
        writer.WriteString("id", batch.Id);
        writer.WriteString("object", "batch");
        writer.WriteString("endpoint", batch.Endpoint);
        if (batch.Model is not null)
            writer.WriteString("model", batch.Model);
        WriteErrors(writer, batch);
        writer.WriteString("input_file_id", batch.Notes is null ? batch.InputFile : null);
        writer.WriteString("completion_window", batch.Window ?? "24h");
        writer.WriteString("status", Status(batch.Phase));
        writer.WriteString("output_file_id", batch.OutputFile);
        writer.WriteString("error_file_id", batch.ErrorFile);
        foreach (var name in (ReadOnlySpan<string>)["input_blob", "output_blob", "error_blob"])
        {
            if (batch.Notes?.GetValueOrDefault(name) is { } address)
                writer.WriteString(name, address);
        }

        WriteTime(writer, "created_at", batch, batch.CreatedAt);
        WriteTime(writer, "in_progress_at", batch, batch.InProgressAt);
        WriteTime(writer, "expires_at", batch, batch.ExpiresAt == DateTimeOffset.MaxValue ? null : batch.ExpiresAt);
        WriteTime(writer, "finalizing_at", batch, batch.FinalizingAt);
        WriteTime(writer, "completed_at", batch, batch.Phase == BatchPhase.Completed ? batch.EndedAt : null);
        WriteTime(writer, "failed_at", batch, batch.Phase == BatchPhase.Failed ? batch.EndedAt : null);
        WriteTime(writer, "expired_at", batch, batch.Phase == BatchPhase.Expired ? batch.EndedAt : null);
        WriteTime(writer, "cancelling_at", batch, batch.CancellingAt);
        WriteTime(writer, "cancelled_at", batch, batch.Phase == BatchPhase.Cancelled ? batch.EndedAt : null);
        WriteCounts(writer, batch, now);
        if (batch.IsEnded)
            WriteUsage(writer, batch, bill);
        writer.WritePropertyName("metadata");
        if (batch.Metadata is { } metadata)
            writer.WriteRawValue(metadata);
        else
            writer.WriteNullValue();
    }

    public static void WriteError(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteStartObject("error");
        writer.WriteString("message", refusal.Message);
        writer.WriteString("type", refusal.Type is "not_found_error" or "authentication_error" ? "invalid_request_error" : refusal.Type);
        writer.WriteString("param", refusal.Param);
        writer.WriteString("code", refusal.Code);
        writer.WriteEndObject();
    }

    private static string Status(BatchPhase phase) => phase switch
    {
        BatchPhase.Validating => "validating",
        BatchPhase.InProgress => "in_progress",
        BatchPhase.Finalizing => "finalizing",
        BatchPhase.Cancelling => "cancelling",
        BatchPhase.Failed => "failed",
        BatchPhase.Completed => "completed",
        BatchPhase.Expired => "expired",
        _ => "cancelled",
    };

    private static void WriteTime(Utf8JsonWriter writer, string name, BatchState batch, DateTimeOffset? at)
    {
        if (at is { } time)
            writer.WriteNumber(name, (time + batch.Skew).ToUnixTimeSeconds());
        else
            writer.WriteNull(name);
    }

    private static void WriteErrors(Utf8JsonWriter writer, BatchState batch)
    {
        if (batch.Errors is not { } errors)
        {
            writer.WriteNull("errors");
            return;
        }

        writer.WriteStartObject("errors");
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
            writer.WriteString("param", error.Param);
            if (error.Line is { } line)
                writer.WriteNumber("line", line);
            else
                writer.WriteNull("line");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // A lagging count is the count of a while ago, the total included; it is 0 while the file is validated.
    private static void WriteCounts(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var seen = now - batch.CountsLag;
        var known = batch.InProgressAt is { } began && began <= seen;
        var answered = batch.Done.Count(d => d.End == ItemEnd.Succeeded && d.At <= seen);
        var failed = batch.Done.Count(d => d.End != ItemEnd.Succeeded && d.At <= seen);
        writer.WriteStartObject("request_counts");
        writer.WriteNumber("total", known ? batch.Count : 0);
        writer.WriteNumber("completed", known ? answered : 0);
        writer.WriteNumber("failed", known ? failed : 0);
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, BatchState batch, Bill bill)
    {
        var (input, cached, output, reasoning) = (0L, 0L, 0L, 0L);
        foreach (var done in batch.Done)
        {
            if (done.Billed == 0)
                continue;
            var usage = bill.At(done.Billed).Usage;
            input += usage.TotalInput;
            cached += usage.CacheRead;
            output += usage.Output;
            reasoning += usage.Reasoning;
        }

        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", input);
        writer.WriteStartObject("input_tokens_details");
        writer.WriteNumber("cached_tokens", cached);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", output);
        writer.WriteStartObject("output_tokens_details");
        writer.WriteNumber("reasoning_tokens", reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens", input + output);
        writer.WriteEndObject();
    }
}
