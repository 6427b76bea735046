using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Datasets, jobs and errors as Fireworks shows them (github.com/fw-ai-external/python-sdk src/fireworks/types, 2026-07-21, read 2026-11-20).</summary>
internal static class FireworksWire
{
    /// <summary>An error of the inference: OpenAI's. One of the control plane: gRPC's code and a text.</summary>
    public static void WriteError(Utf8JsonWriter writer, Refusal refusal, bool isControl)
    {
        if (!isControl)
        {
            OpenAIWire.WriteError(writer, refusal);
            return;
        }

        writer.WriteNumber("code", refusal.Status switch { 400 => 3, 403 => 7, 404 => 5, 409 => 6, 429 => 8, _ => 13 });
        writer.WriteString("message", refusal.Message);
        writer.WriteStartArray("details");
        writer.WriteEndArray();
    }

    public static void WriteDataset(Utf8JsonWriter writer, StoredFile dataset, bool isReady)
    {
        writer.WriteString("name", dataset.Id);
        writer.WriteString("displayName", "");
        writer.WriteString("createTime", Time(dataset.CreatedAt + dataset.Skew));
        writer.WriteString("state", isReady ? "READY" : "UPLOADING");
        writer.WriteStartObject("status");
        writer.WriteString("code", "OK");
        writer.WriteString("message", "");
        writer.WriteEndObject();
        if (dataset.Count is { } count)
            writer.WriteString("exampleCount", count.ToString(CultureInfo.InvariantCulture));
        writer.WriteStartObject("userUploaded");
        writer.WriteEndObject();
        writer.WriteString("format", "CHAT");
    }

    public static void WriteJob(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var seen = now - batch.CountsLag;
        var done = batch.Done.Count(d => d.At <= seen);
        var answered = batch.Done.Count(d => d.At <= seen && d.End == ItemEnd.Succeeded);
        writer.WriteString("name", batch.Id);
        writer.WriteString("displayName", "");
        writer.WriteString("createTime", Time(batch.CreatedAt + batch.Skew));
        writer.WriteString("state", "JOB_STATE_" + State(batch.Phase));
        writer.WriteStartObject("status");
        writer.WriteString("code", batch.Phase == BatchPhase.Failed ? "INVALID_ARGUMENT" : "OK");
        writer.WriteString("message", batch.Errors?[0].Message ?? "");
        writer.WriteEndObject();
        writer.WriteString("model", FireworksHabits.ModelOf(batch));
        writer.WriteString("inputDatasetId", batch.InputFile);
        writer.WriteString("outputDatasetId", FireworksHabits.OutputOf(batch));
        writer.WriteStartObject("jobProgress");
        writer.WriteNumber("percent", batch.Count == 0 ? 0 : done * 100 / batch.Count);
        writer.WriteNumber("totalInputRequests", batch.Count);
        writer.WriteNumber("totalProcessedRequests", done);
        writer.WriteNumber("successfullyProcessedRequests", answered);
        writer.WriteNumber("failedRequests", done - answered);
        writer.WriteEndObject();
    }

    private static string State(BatchPhase phase) => phase switch
    {
        BatchPhase.Validating => "VALIDATING",
        BatchPhase.InProgress => "RUNNING",
        BatchPhase.Finalizing => "WRITING_RESULTS",
        BatchPhase.Cancelling => "DELETING",
        BatchPhase.Failed => "FAILED",
        BatchPhase.Completed => "COMPLETED",
        BatchPhase.Expired => "EXPIRED",
        _ => "CANCELLED",
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
