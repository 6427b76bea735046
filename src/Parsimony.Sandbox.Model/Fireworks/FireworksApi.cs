using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Fireworks' surface: inference below <c>/inference/v1</c>, datasets and jobs below <c>/v1/accounts/{account}</c>, files at signed addresses
/// (https://docs.fireworks.ai/api-reference, read 2026-11-20).
/// </summary>
internal sealed class FireworksApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public static Twin Twin { get; } = new(
        "fireworks", "/inference/v1", [new FireworksChatEndpoint(), new EmbeddingsEndpoint("fireworks")], new FireworksHabits(),
        static (state, engine, twin) => new FireworksApi(state, engine, twin));

    private const string Inference = "/inference";

    private FireworksDatasets Datasets => new(this, State);

    public override (string Operation, string Id)? Route(string method, string[] path) => path switch
    {
        ["inference", "v1", "chat", "completions"] when method == "POST" => (Operation.ChatCreate, ""),
        ["inference", "v1", "embeddings"] when method == "POST" => (Operation.EmbeddingsCreate, ""),
        ["v1", "accounts", var account, .. var rest] => Control(method, $"accounts/{account}", rest),
        [FireworksDatasets.Signed, "accounts", var account, "datasets", var id, _] when method is "GET" or "PUT" =>
            (method == "GET" ? Operation.FileContent : Operation.FileUpload, $"accounts/{account}/datasets/{id}"),
        _ => null,
    };

    // What signed an address stands for the key that asked for it.
    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && value[7..].Trim() is { Length: > 0 } key ? key
        : request.Path.StartsWith($"/{FireworksDatasets.Signed}/", StringComparison.Ordinal) && Signature(request) is { } signature ? signature
        : null;

    protected override Endpoint? EndpointOf(Call call) => Self.ByPath.GetValueOrDefault(call.Request.Path[Inference.Length..]);

    // The control plane says 403 for a key it does not know; a refusal that knows no call is one of either, and told as the inference tells it.
    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Refuse(refusal, isControl: false);

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.ChatCreate or Operation.EmbeddingsCreate => LiveAsync(call, cancellationToken),
        Operation.FileUpload => FileAsync(call, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        _ => Task.FromResult(Other(call)),
    };

    public static JsonElement? ParseBody(byte[] body) => Parse(body);

    /// <summary>Whether an id is one of lower-case letters, digits and dashes.</summary>
    public static bool IsId(string id) => id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    internal static SandboxResponse Refused(Call call, Refusal refusal) => Refuse(refusal, isControl: !call.Request.Path.StartsWith(Inference, StringComparison.Ordinal));

    internal SandboxResponse Created(Call call, SandboxResponse response) => Applied(call, FaultName.CreateReplyLost, response);

    internal void ShapeResults(BatchState batch, Call call) => Shape(batch, call);

    internal bool Truncates(Call call) => CutsLast(call);

    private static (string Operation, string Id)? Control(string method, string account, string[] rest) => (method, rest) switch
    {
        ("POST", ["datasets"]) => (Operation.FileUpload, account),
        ("POST", ["datasets", var id]) when id.Contains(':', StringComparison.Ordinal) => (Operation.FileUpload, $"{account}/datasets/{id.Split(':')[0]}"),
        ("GET", ["datasets", var id]) => (Operation.FileGet, $"{account}/datasets/{id.Split(':')[0]}"),
        ("DELETE", ["datasets", var id]) => (Operation.FileDelete, $"{account}/datasets/{id}"),
        ("POST", ["batchInferenceJobs"]) => (Operation.BatchCreate, account),
        ("GET", ["batchInferenceJobs"]) => (Operation.BatchList, account),
        ("GET", ["batchInferenceJobs", var id]) => (Operation.BatchGet, $"{account}/batchInferenceJobs/{id}"),
        ("DELETE", ["batchInferenceJobs", var id]) => (Operation.BatchDelete, $"{account}/batchInferenceJobs/{id}"),
        _ => null,
    };

    private static string? Signature(SandboxRequest request) =>
        request.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair is ["X-Goog-Signature", _]) is [_, var value] ? value : null;

    private static SandboxResponse Refuse(Refusal refusal, bool isControl) =>
        Exit.Json(refusal.Status, JsonBytes.Of(writer => FireworksWire.WriteError(writer, refusal, isControl)));

    private async Task<SandboxResponse> FileAsync(Call call, CancellationToken cancellationToken)
    {
        var verb = call.Request.Path[(call.Request.Path.LastIndexOf(':') + 1)..];
        if (call.Request.Method == "PUT")
            return await Datasets.PutAsync(call, call.Id, cancellationToken).ConfigureAwait(false);
        if (verb == "upload")
            return await Datasets.PostAsync(call, call.Id, cancellationToken).ConfigureAwait(false);
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            return verb switch
            {
                "getUploadEndpoint" => Datasets.Endpoint(call, call.Id, body),
                "validateUpload" => Datasets.Validate(call, call.Id),
                _ => Datasets.Create(call, call.Id["accounts/".Length..], body),
            };
        }
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Query("batchInferenceJobId") is not { Length: > 0 and <= 63 } id || !IsId(id) || Parse(body) is not { } root || root.Text("model") is not { Length: > 0 } model)
                return Refused(call, Refusal.Invalid("A job needs an id of lower-case letters, digits and dashes, and a model."));
            var name = $"{call.Id}/batchInferenceJobs/{id}";
            if (State.BatchesById.ContainsKey(name))
                return Refused(call, new Refusal(409, "already_exists", $"{name} exists."));
            if (root.Text("inputDatasetId") is not { } input || Datasets.Find(call, Full(call, input)) is not { Content: not null } dataset || !FireworksDatasets.IsReady(dataset))
                return Refused(call, Refusal.Invalid("The input dataset is not there, or not ready."));
            if (State.Faults.Strike(FaultName.QueueLimitAfterCreate, Name, call.Operation) is not null)
            {
                State.Commit();
                return Refused(call, new Refusal(429, "rate_limit_error", "Too many jobs are waiting."));
            }

            var batch = new BatchBirth(name, "/v1/chat/completions", dataset, TimeSpan.FromHours(24))
            {
                HiddenUntil = HiddenUntil(call),
                Notes = new(StringComparer.Ordinal) { ["model"] = model, ["output"] = Full(call, root.Text("outputDatasetId") ?? $"{id}-output") },
            }.Make(State, call);
            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private static string Full(Call call, string dataset) => dataset.Contains('/', StringComparison.Ordinal) ? dataset : $"{call.Id}/datasets/{dataset}";

    private SandboxResponse Other(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            switch (call.Operation)
            {
                case Operation.FileContent:
                    return Datasets.Content(call, call.Id, call.Request.Path[(call.Request.Path.LastIndexOf('/') + 1)..]);
                case Operation.FileGet when call.Request.Path.EndsWith(":getDownloadEndpoint", StringComparison.Ordinal):
                    return Datasets.Download(call, call.Id);
                case Operation.FileGet:
                    return Datasets.Get(call, call.Id);
                case Operation.FileDelete:
                    return Datasets.Delete(call, call.Id);
                case Operation.BatchList:
                    return List(call);
            }

            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || !IsVisible(batch, call))
                return Refused(call, Refusal.Missing(call.Id));
            return call.Operation == Operation.BatchDelete ? Delete(batch, call) : Show(batch, call);
        }
    }

    private bool IsVisible(BatchState batch, Call call) =>
        batch.Provider == Name && batch.Workspace == call.Workspace && !batch.IsDeleted && !(batch.HiddenUntil > call.Now);

    private static SandboxResponse Show(BatchState batch, Call call) => Exit.Json(200, JsonBytes.Of(writer => FireworksWire.WriteJob(writer, batch, call.Now)));

    private SandboxResponse Delete(BatchState batch, Call call)
    {
        batch.IsDeleted = true;
        if (!batch.IsEnded)
            Engine.Cancel(batch, call.Now, call.Now, finishesSome: false);
        State.Note(batch);
        State.Commit();
        return Exit.Json(200, "{}"u8.ToArray());
    }

    private SandboxResponse List(Call call)
    {
        var all = State.Batches.Where(b => IsVisible(b, call) && b.Id.StartsWith(call.Id + "/", StringComparison.Ordinal)).Reverse().ToList();
        var from = int.TryParse(call.Query("pageToken"), out var at) ? at : 0;
        var size = int.TryParse(call.Query("pageSize"), out var asked) ? Math.Clamp(asked, 1, 200) : 50;
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("batchInferenceJobs");
            foreach (var batch in all.Skip(from).Take(size))
            {
                writer.WriteStartObject();
                FireworksWire.WriteJob(writer, batch, call.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("nextPageToken", from + size < all.Count ? $"{from + size}" : "");
            writer.WriteNumber("totalSize", all.Count);
        }));
    }
}
