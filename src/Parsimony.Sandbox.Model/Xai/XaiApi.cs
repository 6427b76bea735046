using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>xAI's surface (https://docs.x.ai/developers/advanced-api-usage/batch-api, read 2026-11-20). Batches are made of files here; adding requests one by one is not simulated.</summary>
internal sealed class XaiApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public static Twin Twin { get; } = new(
        "xai", "/v1", [new XaiChatEndpoint(), new ResponsesEndpoint("xai")], new XaiHabits(), static (state, engine, twin) => new XaiApi(state, engine, twin));

    private const string CancelSuffix = ":cancel";
    private const int CreatesPerSecond = 2;

    // How long a batch is worked on is not stated.
    private static readonly TimeSpan Window = TimeSpan.FromDays(3);

    private readonly FileShelf _files = new(state, twin.Name);

    private readonly XaiResults _results = new(state);

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1", "chat", "completions"]) => (Operation.ChatCreate, ""),
        ("POST", ["v1", "responses"]) => (Operation.ResponsesCreate, ""),
        ("POST", ["v1", "files"]) => (Operation.FileUpload, ""),
        ("GET", ["v1", "files", var id]) => (Operation.FileGet, id),
        ("DELETE", ["v1", "files", var id]) => (Operation.FileDelete, id),
        ("POST", ["v1", "batches"]) => (Operation.BatchCreate, ""),
        ("GET", ["v1", "batches"]) => (Operation.BatchList, ""),
        ("POST", ["v1", "batches", var id]) when id.EndsWith(CancelSuffix, StringComparison.Ordinal) => (Operation.BatchCancel, id[..^CancelSuffix.Length]),
        ("GET", ["v1", "batches", var id]) => (Operation.BatchGet, id),
        ("GET", ["v1", "batches", var id, "results"]) => (Operation.BatchResults, id),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        // An unknown key is an invalid argument here.
        var told = refusal.Type == "authentication_error" ? new Refusal(400, refusal.Type, "Incorrect API key provided: wr***ey. You can obtain an API key from https://console.x.ai.") : refusal;
        return Exit.Json(told.Status, JsonBytes.Of(writer => XaiWire.WriteError(writer, told)));
    }

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.ChatCreate or Operation.ResponsesCreate => LiveAsync(call, cancellationToken),
        Operation.FileUpload => UploadAsync(call, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        _ => Task.FromResult(Other(call)),
    };

    private async Task<SandboxResponse> UploadAsync(Call call, CancellationToken cancellationToken)
    {
        var (content, upload, refusal) = await _files.ReadAsync(call, XaiHabits.Input.MaxBytes, cancellationToken).ConfigureAwait(false);
        if (content is null || upload is null)
            return Refuse(call, refusal ?? Refusal.Invalid("The upload cannot be read."));
        lock (State.Gate)
        {
            var id = State.NewId("file-", "xai file", State.Files.Count + 1);
            var file = _files.New(call, id, upload.FileName ?? "", "batch", content, null, HiddenUntil(call));
            State.Add(file);
            return Applied(call, FaultName.CreateReplyLost, Exit.Json(200, JsonBytes.Of(writer => XaiWire.WriteFile(writer, file))));
        }
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (Parse(body) is not { } root || root.Text("name") is not { Length: > 0 } name)
                return Refuse(call, Refusal.Invalid("A batch needs a name."));
            if (root.Text("input_file_id") is not { } id || _files.Find(call, id) is not { Content: { } content } file)
                return Refuse(call, Refusal.Missing("file"));
            var recent = State.Batches.Count(b => b.Provider == Name && b.CreatedAt > call.Now.AddSeconds(-1) && b.Workspace == call.Workspace);
            if (recent >= CreatesPerSecond || State.Faults.Strike(FaultName.QueueLimitAfterCreate, Name, call.Operation) is not null)
            {
                State.Commit();
                return Refuse(call, new Refusal(429, "rate_limit_error", "Too many batches are created."));
            }

            var endpoint = XaiHabits.EndpointOf(content) is { } url && Self.ByPath.ContainsKey(url) ? url : Self.Endpoints[0].Path;
            var batch = new BatchBirth(State.NewId("batch_", "xai batch", State.Batches.Count + 1), endpoint, file, Window)
            {
                HiddenUntil = HiddenUntil(call),
                Notes = new(StringComparer.Ordinal) { ["name"] = name },
            }.Make(State, call);
            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private SandboxResponse Other(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.BatchList)
                return List(call);
            if (call.Operation is Operation.FileGet or Operation.FileDelete)
                return _files.Find(call, call.Id) is { } file ? File(file, call) : Refuse(call, Refusal.Missing($"file: {call.Id}"));
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || !IsVisible(batch, call))
                return Refuse(call, Refusal.Missing($"batch: {call.Id}"));
            return call.Operation switch
            {
                Operation.BatchCancel => Cancel(batch, call),
                Operation.BatchResults => Results(batch, call),
                _ => Show(batch, call),
            };
        }
    }

    private bool IsVisible(BatchState batch, Call call) => batch.Provider == Name && batch.Workspace == call.Workspace && !(batch.HiddenUntil > call.Now);

    private static SandboxResponse Show(BatchState batch, Call call) => Exit.Json(200, JsonBytes.Of(writer => XaiWire.WriteBatch(writer, batch, call.Now)));

    private SandboxResponse File(StoredFile file, Call call)
    {
        if (call.Operation == Operation.FileDelete)
            _files.Delete(file);
        return Exit.Json(200, JsonBytes.Of(writer => XaiWire.WriteFile(writer, file)));
    }

    private SandboxResponse Cancel(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The batch has ended."));
        BeginCancel(batch, call);
        State.Commit();
        return Show(batch, call);
    }

    private SandboxResponse Results(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            Shape(batch, call);
        var lines = _results.Lines(batch);
        var from = From(call);
        var limit = call.Limit(100, 1_000);
        var rows = lines.Page(from, limit);
        var cut = CutsLast(call);
        State.Commit();
        var page = XaiResults.Page(rows, from + limit < lines.Count ? Token(from + limit) : null);
        return Exit.Json(200, cut ? page[..(page.Length / 2)] : page);
    }

    private SandboxResponse List(Call call)
    {
        var all = State.Batches.Where(b => IsVisible(b, call)).ToList();
        var from = From(call);
        var limit = call.Limit(100, 1_000);
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("batches");
            foreach (var batch in all.Skip(from).Take(limit))
            {
                writer.WriteStartObject();
                XaiWire.WriteBatch(writer, batch, call.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("pagination_token", from + limit < all.Count ? Token(from + limit) : null);
        }));
    }

    private static string Token(int from) => string.Create(CultureInfo.InvariantCulture, $"after-{from}");

    private static int From(Call call) =>
        call.Query("pagination_token") is { } token && token.StartsWith("after-", StringComparison.Ordinal)
        && int.TryParse(token.AsSpan("after-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
}
