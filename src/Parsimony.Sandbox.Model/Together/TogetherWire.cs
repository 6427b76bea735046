using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>A job as Together shows it: statuses in capitals, times as text, no counts (togethercomputer/openapi of 2026-04-28, read 2026-11-20).</summary>
internal static class TogetherWire
{
    public static void WriteJob(Utf8JsonWriter writer, BatchState batch, Bill bill, DateTimeOffset now)
    {
        writer.WriteString("id", batch.Id);
        writer.WriteString("user_id", "user_simulated");
        writer.WriteString("input_file_id", batch.InputFile);
        writer.WriteNumber("file_size_bytes", batch.ContentLength);
        writer.WriteString("status", Status(batch.Phase));
        writer.WriteString("endpoint", batch.Endpoint);
        writer.WriteNumber("progress", batch.Count == 0 ? 0 : Math.Round(100d * batch.Done.Count / batch.Count, 1));
        if (batch.Model is { } model)
            writer.WriteString("model_id", model);
        if (batch.OutputFile is { Length: > 0 } output)
            writer.WriteString("output_file_id", output);
        if (batch.ErrorFile is { Length: > 0 } errors)
            writer.WriteString("error_file_id", errors);
        if (batch.Errors is [var first, ..])
            writer.WriteString("error", first.Message);
        writer.WriteString("job_deadline", Time(batch.ExpiresAt + batch.Skew));
        writer.WriteString("created_at", Time(batch.CreatedAt + batch.Skew));
        if (batch.EndedAt is { } ended)
            writer.WriteString("completed_at", Time(ended + batch.Skew));
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Status(BatchPhase phase) => phase switch
    {
        BatchPhase.Validating => "VALIDATING",
        BatchPhase.Failed => "FAILED",
        BatchPhase.Completed => "COMPLETED",
        BatchPhase.Expired => "EXPIRED",
        BatchPhase.Cancelled => "CANCELLED",
        _ => "IN_PROGRESS",
    };
}
