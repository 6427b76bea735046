using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Files, jobs, results and errors as Mistral shows them (public/openapi.yaml of github.com/mistralai/platform-docs-public, read 2026-11-20).</summary>
internal static class MistralWire
{
    public static void WriteError(Utf8JsonWriter writer, Refusal refusal)
    {
        // A request the gateway stops has no more than a text.
        if (refusal.Status == 401)
        {
            writer.WriteString("detail", "Unauthorized");
            return;
        }

        writer.WriteString("object", "error");
        writer.WriteString("message", refusal.Message);
        writer.WriteString("type", refusal.Type);
        writer.WriteString("param", refusal.Param);
        writer.WriteString("code", (refusal.Status * 10).ToString(CultureInfo.InvariantCulture));
    }

    public static void WriteFile(Utf8JsonWriter writer, StoredFile file)
    {
        writer.WriteString("id", file.Id);
        writer.WriteString("object", "file");
        writer.WriteNumber("bytes", file.ContentLength);
        writer.WriteNumber("created_at", (file.CreatedAt + file.Skew).ToUnixTimeSeconds());
        writer.WriteString("filename", file.Name);
        writer.WriteString("purpose", file.Purpose);
        writer.WriteString("sample_type", file.Batch == 0 ? "batch_request" : file.HoldsErrors ? "batch_error" : "batch_result");
        writer.WriteString("source", file.Batch == 0 ? "upload" : "mistral");
        writer.WriteNull("num_lines");
    }

    public static void WriteJob(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var seen = now - batch.CountsLag;
        var answered = batch.Done.Count(d => d.End == ItemEnd.Succeeded && d.At <= seen);
        var failed = batch.Done.Count(d => d.End != ItemEnd.Succeeded && d.At <= seen);
        writer.WriteString("id", batch.Id);
        writer.WriteString("object", "batch");
        writer.WriteStartArray("input_files");
        writer.WriteStringValue(batch.InputFile);
        writer.WriteEndArray();
        writer.WriteString("endpoint", batch.Endpoint);
        writer.WriteString("model", MistralHabits.ModelOf(batch));
        writer.WriteNull("agent_id");
        writer.WritePropertyName("metadata");
        writer.WriteRawValue(batch.Metadata ?? "null");
        writer.WriteString("status", Status(batch.Phase));
        writer.WriteStartArray("errors");
        foreach (var error in batch.Errors ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("message", error.Message);
            writer.WriteNumber("count", 1);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("output_file", batch.OutputFile);
        writer.WriteString("error_file", batch.ErrorFile);
        writer.WriteNumber("total_requests", batch.Count);
        writer.WriteNumber("completed_requests", answered + failed);
        writer.WriteNumber("succeeded_requests", answered);
        writer.WriteNumber("failed_requests", failed);
        WriteTime(writer, "created_at", batch, batch.CreatedAt);
        WriteTime(writer, "started_at", batch, batch.InProgressAt);
        WriteTime(writer, "completed_at", batch, batch.EndedAt);
    }

    private static string Status(BatchPhase phase) => phase switch
    {
        BatchPhase.Validating => "QUEUED",
        BatchPhase.InProgress or BatchPhase.Finalizing => "RUNNING",
        BatchPhase.Cancelling => "CANCELLATION_REQUESTED",
        BatchPhase.Failed => "FAILED",
        BatchPhase.Completed => "SUCCESS",
        BatchPhase.Expired => "TIMEOUT_EXCEEDED",
        _ => "CANCELLED",
    };

    private static void WriteTime(Utf8JsonWriter writer, string name, BatchState batch, DateTimeOffset? at)
    {
        if (at is { } time)
            writer.WriteNumber(name, (time + batch.Skew).ToUnixTimeSeconds());
        else
            writer.WriteNull(name);
    }
}
