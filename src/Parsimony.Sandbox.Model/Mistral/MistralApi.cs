using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Mistral's surface (https://docs.mistral.ai/api and https://docs.mistral.ai/studio-api/batch-processing, read 2026-11-20).</summary>
internal sealed class MistralApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public static Twin Twin { get; } = new(
        "mistral", "/v1", [new MistralChatEndpoint(), new EmbeddingsEndpoint("mistral", isMistral: true)], new MistralHabits(), static (state, engine, twin) => new MistralApi(state, engine, twin));

    private const long MaxBytes = 512L * 1000 * 1000;
    private const int MaxWaiting = 1_000_000;
    private const int MaxMetadataKey = 32;
    private const int MaxMetadataValue = 512;

    private readonly FileShelf _files = new(state, twin.Name);

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1", "chat", "completions"]) => (Operation.ChatCreate, ""),
        ("POST", ["v1", "embeddings"]) => (Operation.EmbeddingsCreate, ""),
        ("POST", ["v1", "files"]) => (Operation.FileUpload, ""),
        ("GET", ["v1", "files", var id]) => (Operation.FileGet, id),
        ("DELETE", ["v1", "files", var id]) => (Operation.FileDelete, id),
        ("GET", ["v1", "files", var id, "content"]) => (Operation.FileContent, id),
        ("POST", ["v1", "batch", "jobs"]) => (Operation.BatchCreate, ""),
        ("GET", ["v1", "batch", "jobs"]) => (Operation.BatchList, ""),
        ("GET", ["v1", "batch", "jobs", var id]) => (Operation.BatchGet, id),
        ("DELETE", ["v1", "batch", "jobs", var id]) => (Operation.BatchDelete, id),
        ("POST", ["v1", "batch", "jobs", var id, "cancel"]) => (Operation.BatchCancel, id),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Exit.Json(refusal.Status, JsonBytes.Of(writer => MistralWire.WriteError(writer, refusal)));

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.ChatCreate or Operation.EmbeddingsCreate => LiveAsync(call, cancellationToken),
        Operation.FileUpload => UploadAsync(call, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        _ => Task.FromResult(Other(call)),
    };

    private async Task<SandboxResponse> UploadAsync(Call call, CancellationToken cancellationToken)
    {
        var (content, upload, refusal) = await _files.ReadAsync(call, MaxBytes, cancellationToken).ConfigureAwait(false);
        if (content is null || upload is null)
            return Refuse(call, refusal ?? Refusal.Invalid("The upload cannot be read."));
        lock (State.Gate)
        {
            var id = MistralHabits.NewId(State, "mistral file", State.Files.Count + 1);
            var purpose = upload.Fields.GetValueOrDefault("purpose") ?? "fine-tune";
            var file = _files.New(call, id, upload.FileName ?? "", purpose, content, TimeSpan.FromDays(30), HiddenUntil(call));
            State.Add(file);
            return Applied(call, FaultName.CreateReplyLost, Exit.Json(200, JsonBytes.Of(writer => MistralWire.WriteFile(writer, file))));
        }
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (Parse(body) is not { } root || Check(call, root) is not { } birth)
                return Refuse(call, new Refusal(422, "invalid_request_error", "The job needs an endpoint, a model, input_files with one uploaded file and, perhaps, timeout_hours of 1 to 168 and texts as metadata."));
            var waiting = State.Batches.Where(b => b.Provider == Name && b.Workspace == call.Workspace && !b.IsEnded).Sum(b => b.Count - b.Done.Count);
            if (waiting > MaxWaiting || State.Faults.Strike(FaultName.QueueLimitAfterCreate, Name, call.Operation) is not null)
            {
                State.Commit();
                return Refuse(call, new Refusal(429, "rate_limit_error", "Too many requests are waiting in batch jobs."));
            }

            var batch = birth.Make(State, call);
            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private BatchBirth? Check(Call call, JsonElement root)
    {
        var hours = root.Get("timeout_hours") is null ? 24 : root.Whole("timeout_hours");
        var metadata = root.Get("metadata");
        var isText = metadata is null || (metadata is { ValueKind: JsonValueKind.Object } pairs && pairs.EnumerateObject().All(pair =>
            pair.Name.Length is > 0 and <= MaxMetadataKey && pair.Value.ValueKind == JsonValueKind.String && pair.Value.GetString() is { Length: > 0 and <= MaxMetadataValue }));
        if (root.Text("endpoint") is not { } endpoint || !Self.ByPath.ContainsKey(endpoint) || root.Text("model") is not { Length: > 0 } model || hours is not (>= 1 and <= 168) || !isText)
            return null;
        var inputs = root.Each("input_files").Where(f => f.ValueKind == JsonValueKind.String).Select(f => f.GetString() ?? "").ToList();
        return inputs is [var id] && _files.Find(call, id) is { Purpose: "batch" } file
            ? new BatchBirth(MistralHabits.NewId(State, "mistral job", State.Batches.Count + 1), endpoint, file, TimeSpan.FromHours(hours.Value))
            {
                HiddenUntil = HiddenUntil(call),
                Metadata = metadata?.GetRawText(),
                Notes = new(StringComparer.Ordinal) { ["model"] = model },
            }
            : null;
    }

    private SandboxResponse Other(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.BatchList)
                return List(call);
            if (call.Operation is Operation.FileGet or Operation.FileDelete or Operation.FileContent)
                return _files.Find(call, call.Id) is { } file ? File(file, call) : Refuse(call, Refusal.Missing($"file: {call.Id}"));
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || !IsVisible(batch, call))
                return Refuse(call, Refusal.Missing($"batch job: {call.Id}"));
            return call.Operation switch
            {
                Operation.BatchCancel => Cancel(batch, call),
                Operation.BatchDelete => Delete(batch, call),
                _ => Show(batch, call),
            };
        }
    }

    private bool IsVisible(BatchState batch, Call call) =>
        batch.Provider == Name && batch.Workspace == call.Workspace && !batch.IsDeleted && !(batch.HiddenUntil > call.Now);

    private static SandboxResponse Show(BatchState batch, Call call) => Exit.Json(200, JsonBytes.Of(writer => MistralWire.WriteJob(writer, batch, call.Now)));

    private static SandboxResponse Deleted(string id, string kind) => Exit.Json(200, JsonBytes.Of(writer =>
    {
        writer.WriteString("id", id);
        writer.WriteString("object", kind);
        writer.WriteBoolean("deleted", true);
    }));

    private SandboxResponse Cancel(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The job has ended."));
        BeginCancel(batch, call);
        State.Commit();
        return Show(batch, call);
    }

    private SandboxResponse Delete(BatchState batch, Call call)
    {
        if (!batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The job has not ended; cancel it first."));
        batch.IsDeleted = true;
        State.Note(batch);
        State.Commit();
        return Deleted(batch.Id, "batch");
    }

    private SandboxResponse File(StoredFile file, Call call)
    {
        if (call.Operation == Operation.FileDelete)
        {
            _files.Delete(file);
            return Deleted(file.Id, "file");
        }

        if (call.Operation == Operation.FileGet)
            return Exit.Json(200, JsonBytes.Of(writer => MistralWire.WriteFile(writer, file)));
        if (file.Batch == 0)
            return Exit.Produced("application/octet-stream", file.Content is { } content ? content.CopyToAsync : static (_, _) => Task.CompletedTask);
        var batch = State.Batches[file.Batch - 1];
        var isShaped = !file.HoldsErrors || batch.OutputFile is null;
        if (isShaped)
            Shape(batch, call);
        var indexes = batch.Done.Where(d => d.End != ItemEnd.Succeeded == file.HoldsErrors).Select(d => d.Index).ToList();
        var lines = new ResultLines(batch, indexes, isShaped, CutsLast(call), (reader, index) => Line(batch, reader, index), OpenAIResults.Rename);
        State.Commit();
        return Exit.Produced("application/octet-stream", lines.WriteAsync);
    }

    // The shape of an error line is not documented; this is OpenAI's.
    private byte[] Line(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        var done = batch.Done[index];
        writer.WriteString("id", State.NewId("batch-", batch.Id, index));
        writer.WriteString("custom_id", BatchItems.Of(batch)[index].CustomId);
        var refusal = done.End == ItemEnd.Succeeded ? null : BatchAnswers.ReasonOf(State, batch, reader, done);
        writer.WriteStartObject("response");
        writer.WriteNumber("status_code", refusal?.Status ?? 200);
        writer.WriteStartObject("body");
        if (refusal is not null)
            MistralWire.WriteError(writer, refusal);
        else
            BatchAnswers.Write(writer, State, batch, reader, done);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("error", refusal?.Message);
    });

    private SandboxResponse List(Call call)
    {
        var size = Math.Clamp(Number(call, "page_size", 100), 1, 1_000);
        var statuses = call.Queries("status");
        var visible = State.Batches.Where(b => IsVisible(b, call)).Reverse();
        if (DateTimeOffset.TryParse(call.Query("created_after"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var after))
            visible = visible.Where(b => b.CreatedAt + b.Skew > after);
        if (call.Query("order_by") == "created")
            visible = visible.Reverse();
        var all = visible.Select(b => (Batch: b, Shown: JsonBytes.Of(writer => MistralWire.WriteJob(writer, b, call.Now))))
            .Where(row => statuses.Count == 0 || statuses.Contains(JsonElement.Parse(row.Shown).Text("status") ?? "", StringComparer.Ordinal)).ToList();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteString("object", "list");
            writer.WriteNumber("total", all.Count);
            writer.WriteStartArray("data");
            foreach (var (_, shown) in all.Skip(Number(call, "page", 0) * size).Take(size))
                writer.WriteRawValue(shown);
            writer.WriteEndArray();
        }));
    }

    private static int Number(Call call, string name, int otherwise) =>
        int.TryParse(call.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
