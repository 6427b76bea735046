namespace Parsimony.Sandbox.Model;

/// <summary>The Gemini API's surface (https://ai.google.dev/api, read 2026-11-21).</summary>
internal sealed class GeminiApi : GoogleApi
{
    private readonly GeminiBatches _batches;
    private readonly GeminiUploads _uploads;

    private GeminiApi(WorldState state, BatchEngine engine, Twin twin)
        : base(state, engine, twin, CacheNames.Gemini)
    {
        _batches = new GeminiBatches(state, Name);
        _uploads = new GeminiUploads(state, Name);
    }

    public static Twin Twin { get; } = new(
        "gemini", "", [new GenerateContentEndpoint("gemini", cachesInBatch: true), new EmbedContentEndpoint("gemini")], new GeminiBatchHabits(),
        static (state, engine, twin) => new GeminiApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1beta", "models" or "tunedModels", var call]) => Verb(call) switch
        {
            "generateContent" or "streamGenerateContent" => (Operation.ChatCreate, call),
            "embedContent" or "batchEmbedContents" => (Operation.EmbeddingsCreate, call),
            "countTokens" => (Operation.TokensCount, call),
            "batchGenerateContent" or "asyncBatchEmbedContent" => (Operation.BatchCreate, call),
            _ => null,
        },
        ("GET", ["v1beta", "models"]) => (Operation.ModelsList, ""),
        ("POST", ["upload", "v1beta", "files"]) => (Operation.FileUpload, ""),
        ("GET", ["v1beta", "files"]) => (Operation.FileList, ""),
        ("GET", ["v1beta", "files", var id]) => (Operation.FileGet, id),
        ("DELETE", ["v1beta", "files", var id]) => (Operation.FileDelete, id),
        ("GET", ["download", "v1beta", "files", var call]) when Verb(call) == "download" => (Operation.FileContent, Before(call)),
        ("POST", ["v1beta", "cachedContents"]) => (Operation.CacheCreate, ""),
        ("GET", ["v1beta", "cachedContents"]) => (Operation.CacheList, ""),
        ("GET", ["v1beta", "cachedContents", var id]) => (Operation.CacheGet, id),
        ("PATCH", ["v1beta", "cachedContents", var id]) => (Operation.CacheUpdate, id),
        ("DELETE", ["v1beta", "cachedContents", var id]) => (Operation.CacheDelete, id),
        ("GET", ["v1beta", "batches"]) => (Operation.BatchList, ""),
        ("GET", ["v1beta", "batches", var id]) => (Operation.BatchGet, id),
        ("DELETE", ["v1beta", "batches", var id]) => (Operation.BatchDelete, id),
        ("POST", ["v1beta", "batches", var call]) when Verb(call) == "cancel" => (Operation.BatchCancel, Before(call)),
        _ => null,
    };

    // A session's address is its permission: the parts of an upload come without a key.
    public override string? KeyOf(SandboxRequest request) => request.Header("x-goog-api-key")
        ?? Value(request.Query, "key") ?? Value(request.Query, "upload_id")
        ?? (request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null);

    // A wrong key is told with status 400 (https://ai.google.dev/gemini-api/docs/troubleshooting, read 2026-11-21).
    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Exit.Json(
        refusal.Status == 401 ? 400 : refusal.Status,
        JsonBytes.Of(writer => GeminiWire.WriteError(
            writer, refusal.Status == 401 ? Refusal.Invalid("API key not valid. Please pass a valid API key.", "API_KEY_INVALID") : refusal)));

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.ChatCreate or Operation.EmbeddingsCreate => LiveAsync(call, cancellationToken),
        Operation.TokensCount => CountAsync(call, cancellationToken),
        Operation.FileUpload => UploadAsync(call, cancellationToken),
        _ when IsCache(call) => CacheAsync(call, "", call.Id, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        Operation.FileGet or Operation.FileList or Operation.FileDelete or Operation.FileContent => Task.FromResult(File(call)),
        _ => Task.FromResult(Batch(call)),
    };

    protected override Endpoint? EndpointOf(Call call) =>
        Self.ByPath[call.Operation == Operation.EmbeddingsCreate ? EmbedContentEndpoint.Name : GenerateContentEndpoint.Name];

    protected override byte[] Question(Call call, byte[] body) => GeminiQuestion.With(body, Before(call.Id), Verb(call.Id) == "streamGenerateContent");

    private static string? Value(string query, string name) => query.TrimStart('?').Split('&')
        .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal)).Select(pair => Uri.UnescapeDataString(pair[(name.Length + 1)..])).FirstOrDefault();

    private string RootOf(Call call) => call.Request.RootOf(Name) ?? "";

    private async Task<SandboxResponse> CountAsync(Call call, CancellationToken cancellationToken)
    {
        var body = GeminiQuestion.With(await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false), Before(call.Id), streams: false);
        if (Parse(body) is not { } root)
            return Refuse(call, Refusal.Invalid("Invalid JSON payload received."));
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            var asked = root.Get("generateContentRequest") ?? root;
            if ((GeminiPrompt.Check(asked) ?? CachedPrompt.Complete(State, CacheNames.Gemini, CachedContents.OwnerOf(call), call.Now, ref asked)) is { } refusal)
                return Refuse(call, refusal);
            return Exit.Json(200, JsonBytes.Of(writer =>
            {
                writer.WriteNumber("totalTokens", GeminiPrompt.Read(asked).Blocks.Sum(b => b.Tokens));
                if (asked.Whole(CachedPrompt.HeldTokens) is { } held)
                    writer.WriteNumber("cachedContentTokenCount", held);
            }));
        }
    }

    private async Task<SandboxResponse> UploadAsync(Call call, CancellationToken cancellationToken)
    {
        var (response, refusal, file) = await _uploads.HandleAsync(call, RootOf(call), cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (refusal is not null)
                return Refuse(call, refusal);
            if (file is null)
                return response ?? Exit.Json(200, []);
            State.Add(file);
            var done = Exit.Json(200, JsonBytes.Of(writer =>
            {
                writer.WriteStartObject("file");
                GeminiWire.WriteFile(writer, file, file.Purpose);
                writer.WriteEndObject();
            }));
            done.Headers["X-Goog-Upload-Status"] = "final";
            return Applied(call, FaultName.CreateReplyLost, done);
        }
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (Parse(body) is not { } root)
                return Refuse(call, Refusal.Invalid("Invalid JSON payload received."));
            var endpoint = Verb(call.Id) == "asyncBatchEmbedContent" ? EmbedContentEndpoint.Name : GenerateContentEndpoint.Name;
            var (batch, refusal) = _batches.Try(call, Before(call.Id), endpoint, root, body.Length, () => HiddenUntil(call));
            if (batch is null)
                return Refuse(call, refusal ?? Refusal.Invalid("The batch cannot be created."));
            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private SandboxResponse File(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.FileList)
                return Files(call);
            // A file that is not there is told as one that may not be touched (https://ai.google.dev/gemini-api/docs/troubleshooting, read 2026-11-21).
            if (!State.FilesById.TryGetValue(call.Id, out var file) || !_batches.IsVisible(file, call))
                return Refuse(call, new Refusal(403, "permission_error", $"You do not have permission to access the File {call.Id} or it may not exist."));
            if (call.Operation == Operation.FileContent)
                return Download(file, call);
            // Ids of more than 40 characters are refused here (googleapis/js-genai issue 1227, read 2026-11-20).
            if (call.Id.Length > 40)
                return Refuse(call, Refusal.Invalid("* GetFileRequest.name: must be at most 40 characters long"));
            if (call.Operation == Operation.FileGet)
                return Exit.Json(200, JsonBytes.Of(writer => GeminiWire.WriteFile(writer, file, file.Purpose)));
            file.IsDeleted = true;
            State.Note(file);
            State.Commit();
            return Exit.Json(200, JsonBytes.Of(static _ => { }));
        }
    }

    private SandboxResponse Files(Call call) => Exit.Json(200, JsonBytes.Of(writer =>
    {
        writer.WriteStartArray("files");
        foreach (var file in State.Files.Where(file => file.Batch == 0 && _batches.IsVisible(file, call)).Reverse().Take(100))
        {
            writer.WriteStartObject();
            GeminiWire.WriteFile(writer, file, file.Purpose);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }));

    private SandboxResponse Download(StoredFile file, Call call)
    {
        if (file.Batch == 0)
            return Refuse(call, Refusal.Invalid("Only generated files can be downloaded."));
        var batch = State.Batches[file.Batch - 1];
        Shape(batch, call);
        var lines = _batches.Lines(batch, CutsLast(call));
        State.Commit();
        return Exit.Produced("application/jsonl", lines.WriteAsync);
    }

    private SandboxResponse Batch(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.ModelsList)
                return Exit.Json(200, JsonBytes.Of(GeminiWire.WriteModels));
            if (call.Operation == Operation.BatchList)
                return _batches.List(call);
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || batch.Provider != Name || batch.Workspace != call.Workspace || batch.IsDeleted || batch.HiddenUntil > call.Now)
                return Refuse(call, Refusal.Missing($"batch: {call.Id}"));
            return call.Operation switch
            {
                Operation.BatchCancel => Cancel(batch, call),
                Operation.BatchDelete => Delete(batch),
                _ => Show(batch, call),
            };
        }
    }

    private SandboxResponse Cancel(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The batch has ended and cannot be cancelled.", null, "failed_precondition"));
        BeginCancel(batch, call);
        State.Commit();
        return Exit.Json(200, JsonBytes.Of(static _ => { }));
    }

    // A delete stops a batch that runs and takes its results along.
    private SandboxResponse Delete(BatchState batch)
    {
        batch.IsDeleted = true;
        if (!batch.IsEnded)
            batch.StopsAfter = batch.Done.Count;
        State.Note(batch);
        State.Commit();
        return Exit.Json(200, JsonBytes.Of(static _ => { }));
    }

    private SandboxResponse Show(BatchState batch, Call call) =>
        Exit.Json(200, JsonBytes.Of(writer => GeminiWire.WriteOperation(writer, batch, call.Now, batch.IsEnded ? _batches.ResponseOf(batch, call) : null)));
}
