using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Batch prediction jobs: what is checked at create, and how they are shown (google/cloud/aiplatform/v1/batch_prediction_job.proto, read 2026-11-20).</summary>
internal sealed class VertexJobs(WorldState state)
{
    public const string Provider = "vertexai";

    // docs.cloud.google.com/.../partner-models/claude/batch, read 2026-11-20.
    private const int MaxClaudeJobs = 4;
    private const int MaxLabel = 63;
    private const int WindowHours = 96;

    public (BatchState? Batch, Refusal? Refusal) Try(Call call, string parent, JsonElement root, Func<DateTimeOffset?> hiddenUntil)
    {
        if (root.Text("displayName") is not { Length: > 0 and <= 128 })
            return (null, Refusal.Invalid("display_name must be 1 to 128 characters."));
        if (root.Text("model")?.Split('/') is not ["publishers", var publisher and ("google" or "anthropic"), "models", var model])
            return (null, Refusal.Invalid("model must be publishers/{publisher}/models/{model}."));
        if (publisher == "anthropic" && parent.EndsWith("/global", StringComparison.Ordinal))
            return (null, Refusal.Invalid("Partner models have no batch prediction at the global location."));
        if (root.Get("inputConfig") is not { } input || input.Text("instancesFormat") != "jsonl"
            || input.Get("gcsSource")?.Each("uris").Select(uri => uri.GetString()).ToList() is not [{ } source] || !source.StartsWith("gs://", StringComparison.Ordinal))
            return (null, Refusal.Invalid("input_config: give one JSONL object by gcs_source."));
        if (root.Get("outputConfig") is not { } output || output.Text("predictionsFormat") != "jsonl"
            || output.Get("gcsDestination")?.Text("outputUriPrefix") is not { } prefix || !prefix.StartsWith("gs://", StringComparison.Ordinal))
            return (null, Refusal.Invalid("output_config: give a gcs_destination for jsonl."));
        if (root.Get("labels") is { } labels && labels.EnumerateObject().Any(label => !IsLabel(label.Name) || !IsLabel(label.Value.GetString() ?? "")))
            return (null, Refusal.Invalid("labels: lower-case letters, digits, '_' and '-', at most 63 characters."));
        if (GcsObjects.Find(state, source["gs://".Length..]) is not { Batch: 0 } file)
            return (null, new Refusal(404, "not_found_error", $"The object {source} was not found."));
        if (publisher == "anthropic" && state.Batches.Count(b => b.Provider == Provider && !b.IsEnded && b.Endpoint == RawPredictEndpoint.Name) >= MaxClaudeJobs)
            return (null, new Refusal(429, "rate_limit_error", "Quota exceeded for concurrent batch requests."));
        return (New(call, parent, root, publisher, model, file, prefix, hiddenUntil()), null);
    }

    public static void Write(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        using var created = JsonDocument.Parse(batch.Metadata ?? "{}");
        writer.WriteString("name", $"{batch.Notes?.GetValueOrDefault("parent")}/batchPredictionJobs/{batch.Id}");
        foreach (var member in created.RootElement.EnumerateObject())
        {
            if (member.Name is "displayName" or "model" or "inputConfig" or "outputConfig" or "labels")
                member.WriteTo(writer);
        }

        writer.WriteString("state", "JOB_STATE_" + StateOf(batch));
        writer.WriteString("createTime", GeminiWire.Time(batch.CreatedAt + batch.Skew));
        writer.WriteString("updateTime", GeminiWire.Time((batch.EndedAt ?? now) + batch.Skew));
        if (batch.EndedAt is { } ended)
            writer.WriteString("endTime", GeminiWire.Time(ended + batch.Skew));
        if (batch.OutputFile is { } directory)
        {
            writer.WriteStartObject("outputInfo");
            writer.WriteString("gcsOutputDirectory", directory);
            writer.WriteEndObject();
        }

        if (batch.IsEnded)
            WriteStats(writer, batch, now);
        if (ErrorOf(batch) is { } error)
            GeminiWire.WriteStatus(writer, error);
    }

    public SandboxResponse List(Call call)
    {
        var size = int.TryParse(call.Query("pageSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100) : 50;
        var skip = int.TryParse(call.Query("pageToken"), NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : 0;
        const string Name = "display_name=\"";
        var name = call.Query("filter") is { } filter && filter.StartsWith(Name, StringComparison.Ordinal) ? filter[Name.Length..].TrimEnd('"') : null;
        var visible = state.Batches.AsEnumerable().Reverse()
            .Where(b => b.Provider == Provider && b.Workspace == call.Workspace && !b.IsDeleted && !(b.HiddenUntil > call.Now))
            .Where(b => name is null || b.Notes?.GetValueOrDefault("displayName") == name).Skip(skip).Take(size + 1).ToList();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            if (visible.Count == 0)
                return;
            writer.WriteStartArray("batchPredictionJobs");
            foreach (var batch in visible.Take(size))
            {
                writer.WriteStartObject();
                Write(writer, batch, call.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (visible.Count > size)
                writer.WriteString("nextPageToken", (skip + size).ToString(CultureInfo.InvariantCulture));
        }));
    }

    private BatchState New(Call call, string parent, JsonElement root, string publisher, string model, StoredFile file, string prefix, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, Provider, call.Operation);
        return new BatchState
        {
            Number = number,
            Provider = Provider,
            Id = (state.Chance("job", number) >> 1).ToString(CultureInfo.InvariantCulture),
            Endpoint = publisher == "anthropic" ? RawPredictEndpoint.Name : GenerateContentEndpoint.Name,
            InputFile = file.Id,
            Content = file.Content,
            ContentNumber = file.ContentNumber,
            ContentLength = file.ContentLength,
            Metadata = root.GetRawText(),
            Model = model,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = call.Now.AddHours(WindowHours),
            Skew = call.Skew,
            HiddenUntil = hiddenUntil,
            Phase = BatchPhase.Validating,
            ValidatedAt = call.Now + (takes / 20),
            PacedStart = call.Now + (takes / 20),
            PacedEnd = call.Now + (takes * 0.95),
            StuckFraction = faults.StuckFraction,
            ExpiresFraction = faults.ExpiresFraction,
            ExpiresAfter = faults.ExpiresAfter,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
            OverQueue = state.Faults.Strike(FaultName.QueueLimitAfterCreate, Provider, call.Operation) is not null,
            Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["displayName"] = root.Text("displayName") ?? "", ["parent"] = parent, ["output"] = prefix },
        };
    }

    private static string StateOf(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Validating => "QUEUED",
        BatchPhase.Cancelling => "CANCELLING",
        BatchPhase.Completed => batch.Done.Exists(done => done.End != ItemEnd.Succeeded) ? "PARTIALLY_SUCCEEDED" : "SUCCEEDED",
        BatchPhase.Failed => "FAILED",
        BatchPhase.Expired => "EXPIRED",
        BatchPhase.Cancelled => "CANCELLED",
        _ => "RUNNING",
    };

    private static Refusal? ErrorOf(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Failed => batch.Errors is [{ Code: "token_limit_exceeded" } full, ..]
            ? new Refusal(429, "rate_limit_error", full.Message)
            : Refusal.Invalid(batch.Errors is [var first, ..] ? first.Message : "The job failed."),
        BatchPhase.Cancelled => new Refusal(499, "cancelled", "The job was cancelled."),
        _ => null,
    };

    // 64-bit numbers are strings in proto JSON.
    private static void WriteStats(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        var seen = batch.Done.Where(done => done.At + batch.CountsLag <= now).ToList();
        var succeeded = seen.Count(done => done.End == ItemEnd.Succeeded);
        writer.WriteStartObject("completionStats");
        writer.WriteString("successfulCount", succeeded.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("failedCount", (seen.Count - succeeded).ToString(CultureInfo.InvariantCulture));
        writer.WriteString("incompleteCount", (batch.Count - seen.Count).ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static bool IsLabel(string text) => text.Length <= MaxLabel && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}
