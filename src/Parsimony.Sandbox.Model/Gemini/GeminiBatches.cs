using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>What is checked when a batch is created, and how its results read (https://ai.google.dev/api/batch-api, read 2026-11-20).</summary>
internal sealed class GeminiBatches(WorldState state, string provider)
{
    /// <summary>Expired after this long, with nothing: https://ai.google.dev/gemini-api/docs/batch-api, read 2026-11-20.</summary>
    private const int WindowHours = 48;

    // https://ai.google.dev/gemini-api/docs/rate-limits, read 2026-08-18.
    private const int MaxConcurrent = 100;
    private const int MaxInlineBytes = 20 * 1024 * 1024;

    public (BatchState? Batch, Refusal? Refusal) Try(Call call, string model, string endpoint, JsonElement root, int bodyBytes, Func<DateTimeOffset?> hiddenUntil)
    {
        if (root.Get("batch") is not { ValueKind: JsonValueKind.Object } batch)
            return (null, Refusal.Invalid("batch: must be specified"));
        if (batch.Text("displayName") is not { Length: > 0 } name)
            return (null, Refusal.Invalid("batch.display_name: must be specified"));
        if (state.Batches.Count(b => b.Provider == provider && !b.IsEnded) >= MaxConcurrent)
            return (null, new Refusal(429, "rate_limit_error", "Too many concurrent batch jobs."));
        var input = batch.Get("inputConfig");
        if (input?.Text("fileName") is { } fileName)
        {
            var id = fileName.StartsWith("files/", StringComparison.Ordinal) ? fileName["files/".Length..] : fileName;
            return state.FilesById.TryGetValue(id, out var file) && IsVisible(file, call) && file.Batch == 0
                ? (New(call, model, endpoint, name, file.Id, file.Content, file.ContentNumber, file.ContentLength, hiddenUntil()), null)
                : (null, Refusal.Invalid($"File {fileName} does not exist or cannot be read."));
        }

        var requests = input?.Get("requests")?.Get("requests");
        if (requests is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
            return (null, Refusal.Invalid("batch.input_config: file_name or requests must be specified"));
        if (bodyBytes > MaxInlineBytes)
            return (null, new Refusal(413, "request_too_large", "Inline requests may have 20 MB."));
        var content = Written(list);
        return (New(call, model, endpoint, name, null, content, content.Number, content.Length, hiddenUntil()), null);
    }

    public bool IsVisible(StoredFile file, Call call) =>
        file.Provider == provider && file.Workspace == call.Workspace && !file.IsDeleted && !(file.ExpiresAt <= call.Now) && !(file.HiddenUntil > call.Now);

    /// <summary>The result file of a batch: a line for every request that was worked off, in the order of the input.</summary>
    public ResultLines Lines(BatchState batch, bool cutsLast) =>
        new(batch, Enumerable.Range(0, batch.Done.Count).ToList(), shaped: true, cutsLast, (reader, index) => Render(batch, reader, index), Rename);

    /// <summary>What the operation of an ended batch says of its results; null when there are none.</summary>
    public Action<Utf8JsonWriter>? ResponseOf(BatchState batch, Call call)
    {
        if (batch.OutputFile is { } file)
            return state.FilesById.TryGetValue(file, out var output) && IsVisible(output, call) ? writer => writer.WriteString("responsesFile", "files/" + file) : null;
        if (batch.InputFile is not null || batch.Content is not { } content || batch.Phase == BatchPhase.Expired || batch.Done.Count == 0)
            return null;
        return writer =>
        {
            var reader = new ContentReader(content);
            writer.WriteStartObject("inlinedResponses");
            writer.WriteStartArray("inlinedResponses");
            for (var i = 0; i < batch.Done.Count; i++)
            {
                writer.WriteStartObject();
                WriteResult(writer, batch, reader, i);
                if (BatchItems.Of(batch)[i].CustomId is { Length: > 0 } key)
                {
                    writer.WriteStartObject("metadata");
                    writer.WriteString("key", key);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        };
    }

    /// <summary>A page of the list: entries carry no results; an empty list has no member at all.</summary>
    public SandboxResponse List(Call call)
    {
        var size = int.TryParse(call.Query("pageSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100) : 50;
        var skip = int.TryParse(call.Query("pageToken"), NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : 0;
        var visible = state.Batches.Where(b => b.Provider == provider && b.Workspace == call.Workspace && !b.IsDeleted && !(b.HiddenUntil > call.Now)).Reverse().ToList();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            if (visible.Count <= skip)
                return;
            writer.WriteStartArray("operations");
            foreach (var batch in visible.Skip(skip).Take(size))
            {
                writer.WriteStartObject();
                GeminiWire.WriteOperation(writer, batch, call.Now, null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (visible.Count > skip + size)
                writer.WriteString("nextPageToken", (skip + size).ToString(CultureInfo.InvariantCulture));
        }));
    }

    private static byte[] Rename(byte[] line, string id)
    {
        if (JsonNode.Parse(line) is not JsonObject root)
            return line;
        root["key"] = id;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    // An inline create is kept as the lines a file would have had.
    private Content Written(JsonElement requests)
    {
        using var writer = state.NewContent();
        foreach (var item in requests.EnumerateArray())
        {
            writer.Write(JsonBytes.Of(line =>
            {
                line.WriteString("key", item.Get("metadata")?.Text("key") ?? "");
                line.WritePropertyName("request");
                (item.Get("request") ?? item).WriteTo(line);
            }));
            writer.Write("\n"u8);
        }

        return writer.Finish();
    }

    private BatchState New(
        Call call, string model, string endpoint, string name, string? inputFile, Content? content, int contentNumber, long contentLength, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, provider, call.Operation);
        var expires = faults.ExpiresFraction is not null || takes > TimeSpan.FromHours(WindowHours);
        return new BatchState
        {
            Number = number,
            Provider = provider,
            Id = state.NewId("", "batch", number) + "0000000000000000",
            Endpoint = endpoint,
            InputFile = inputFile,
            Content = content,
            ContentNumber = contentNumber,
            ContentLength = contentLength,
            Model = model,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = call.Now.AddHours(WindowHours),
            Window = string.Create(CultureInfo.InvariantCulture, $"{WindowHours}h"),
            Skew = call.Skew,
            HiddenUntil = hiddenUntil,
            Phase = BatchPhase.Validating,
            ValidatedAt = call.Now + (takes / 20),
            PacedStart = call.Now + (takes / 20),
            PacedEnd = call.Now + (takes * 0.95),
            // What expires gives nothing and, here, bills nothing (UNVERIFIED): none of it is worked off.
            StuckFraction = faults.StuckFraction is null ? null : 0,
            ExpiresFraction = expires ? 0 : null,
            ExpiresAfter = expires ? faults.ExpiresAfter ?? TimeSpan.FromHours(WindowHours) : null,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
            OverQueue = state.Faults.Strike(FaultName.QueueLimitAfterCreate, provider, call.Operation) is not null,
            Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["displayName"] = name },
        };
    }

    private byte[] Render(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        writer.WriteString("key", BatchItems.Of(batch)[index].CustomId);
        WriteResult(writer, batch, reader, index);
    });

    private void WriteResult(Utf8JsonWriter writer, BatchState batch, ContentReader reader, int index)
    {
        var done = batch.Done[index];
        if (done.End != ItemEnd.Succeeded)
        {
            GeminiWire.WriteStatus(writer, BatchAnswers.ReasonOf(state, batch, reader, done));
            return;
        }

        writer.WriteStartObject("response");
        BatchAnswers.Write(writer, state, batch, reader, done);
        writer.WriteEndObject();
    }
}
