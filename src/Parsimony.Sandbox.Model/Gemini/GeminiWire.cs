using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Errors, files and operations as Google's APIs show them.</summary>
internal static class GeminiWire
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    private static readonly string[] ModelNames = ["gemini-3.8-flash", "gemini-3.5-flash", "gemini-3.1-flash-lite", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-embedding-001"];

    /// <summary>A google.rpc.Status in its envelope (https://cloud.google.com/apis/design/errors, read 2026-11-21).</summary>
    public static void WriteError(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("code", refusal.Status);
        writer.WriteString("message", refusal.Message);
        writer.WriteString("status", StatusOf(refusal));
        if (refusal.Param is { } reason)
        {
            writer.WriteStartArray("details");
            writer.WriteStartObject();
            writer.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            writer.WriteString("reason", reason);
            writer.WriteString("domain", "googleapis.com");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>The same inside an operation or a line: a number in place of a word.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("code", StatusOf(refusal) switch
        {
            "CANCELLED" => 1,
            "INVALID_ARGUMENT" => 3,
            "DEADLINE_EXCEEDED" => 4,
            "NOT_FOUND" => 5,
            "PERMISSION_DENIED" => 7,
            "RESOURCE_EXHAUSTED" => 8,
            "FAILED_PRECONDITION" => 9,
            "UNAVAILABLE" => 14,
            "UNAUTHENTICATED" => 16,
            _ => 13,
        });
        writer.WriteString("message", refusal.Message);
        writer.WriteEndObject();
    }

    public static void WriteFile(Utf8JsonWriter writer, StoredFile file, string mimeType)
    {
        writer.WriteString("name", "files/" + file.Id);
        writer.WriteString("displayName", file.Name);
        writer.WriteString("mimeType", mimeType);
        writer.WriteString("sizeBytes", file.ContentLength.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("createTime", Time(file.CreatedAt + file.Skew));
        writer.WriteString("updateTime", Time(file.CreatedAt + file.Skew));
        if (file.ExpiresAt is { } end)
            writer.WriteString("expirationTime", Time(end + file.Skew));
        writer.WriteString("uri", "https://generativelanguage.googleapis.com/v1beta/files/" + file.Id);
        writer.WriteString("state", "ACTIVE");
        writer.WriteString("source", file.Batch > 0 ? "GENERATED" : "UPLOADED");
    }

    /// <summary>A batch as its operation (https://ai.google.dev/api/batch-api, read 2026-11-20).</summary>
    public static void WriteOperation(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now, Action<Utf8JsonWriter>? response)
    {
        writer.WriteString("name", "batches/" + batch.Id);
        writer.WriteStartObject("metadata");
        writer.WriteString("@type", "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch");
        writer.WriteString("model", "models/" + batch.Model);
        writer.WriteString("displayName", batch.Notes?.GetValueOrDefault("displayName"));
        writer.WriteString("createTime", Time(batch.CreatedAt + batch.Skew));
        writer.WriteString("updateTime", Time((batch.EndedAt ?? now) + batch.Skew));
        if (batch.EndedAt is { } ended)
            writer.WriteString("endTime", Time(ended + batch.Skew));
        WriteStats(writer, batch, now);
        writer.WriteString("state", "BATCH_STATE_" + StateOf(batch));
        if (batch.InputFile is { } input)
        {
            writer.WriteStartObject("inputConfig");
            writer.WriteString("fileName", "files/" + input);
            writer.WriteEndObject();
        }

        writer.WriteString("name", "batches/" + batch.Id);
        writer.WriteEndObject();
        if (!batch.IsEnded)
            return;
        writer.WriteBoolean("done", true);
        if (ErrorOf(batch) is { } error)
            WriteStatus(writer, error);
        if (response is not null)
        {
            writer.WriteStartObject("response");
            writer.WriteString("@type", "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatchOutput");
            response(writer);
            writer.WriteEndObject();
        }
    }

    public static void WriteModels(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("models");
        foreach (var model in ModelNames)
        {
            writer.WriteStartObject();
            writer.WriteString("name", "models/" + model);
            writer.WriteString("displayName", model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static string StateOf(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Validating => "PENDING",
        BatchPhase.Completed => "SUCCEEDED",
        BatchPhase.Failed => "FAILED",
        BatchPhase.Expired => "EXPIRED",
        BatchPhase.Cancelled => "CANCELLED",
        _ => "RUNNING",
    };

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static Refusal? ErrorOf(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Failed => batch.Errors is [{ Code: "token_limit_exceeded" } full, ..]
            ? new Refusal(429, "rate_limit_error", full.Message)
            : Refusal.Invalid(batch.Errors is [var first, ..] ? first.Message : "The batch failed."),
        BatchPhase.Expired => new Refusal(504, "server_error", "The batch expired before it completed."),
        BatchPhase.Cancelled => new Refusal(499, "cancelled", "The batch was cancelled."),
        _ => null,
    };

    // 64-bit numbers are strings in proto JSON.
    private static void WriteStats(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var seen = batch.Done.Where(done => done.At + batch.CountsLag <= now).ToList();
        var succeeded = seen.Count(done => done.End == ItemEnd.Succeeded);
        writer.WriteStartObject("batchStats");
        writer.WriteString("requestCount", batch.Count.ToString(CultureInfo.InvariantCulture));
        if (succeeded > 0)
            writer.WriteString("successfulRequestCount", succeeded.ToString(CultureInfo.InvariantCulture));
        if (seen.Count > succeeded)
            writer.WriteString("failedRequestCount", (seen.Count - succeeded).ToString(CultureInfo.InvariantCulture));
        if (batch.Count > seen.Count)
            writer.WriteString("pendingRequestCount", (batch.Count - seen.Count).ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static string StatusOf(Refusal refusal) => refusal.Status switch
    {
        400 when refusal.Code == "failed_precondition" => "FAILED_PRECONDITION",
        400 or 413 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
}
