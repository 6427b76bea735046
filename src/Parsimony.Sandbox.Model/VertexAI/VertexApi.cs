namespace Parsimony.Sandbox.Model;

/// <summary>Vertex AI's surface: models of Google and Anthropic, and batch prediction jobs (https://docs.cloud.google.com/vertex-ai/docs/reference/rest, read 2026-11-20).</summary>
internal sealed class VertexApi : GoogleApi
{
    private readonly VertexJobs _jobs;

    private VertexApi(WorldState state, BatchEngine engine, Twin twin)
        : base(state, engine, twin, CacheNames.Vertex) => _jobs = new VertexJobs(state);

    public static Twin Twin { get; } = new(
        VertexJobs.Provider, "", [new GenerateContentEndpoint(VertexJobs.Provider, cachesInBatch: false), new RawPredictEndpoint()], new VertexBatchHabits(),
        static (state, engine, twin) => new VertexApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1", "projects", _, "locations", _, "publishers", "google", "models", var call]) when Verb(call) is "generateContent" or "streamGenerateContent" => (Operation.ChatCreate, call),
        ("POST", ["v1", "projects", _, "locations", _, "publishers", "anthropic", "models", var call]) when Verb(call) is "rawPredict" or "streamRawPredict" => (Operation.MessagesCreate, call),
        ("POST", ["v1", "projects", _, "locations", _, "batchPredictionJobs"]) => (Operation.BatchCreate, string.Join('/', path[1..5])),
        ("GET", ["v1", "projects", _, "locations", _, "batchPredictionJobs"]) => (Operation.BatchList, ""),
        ("GET", ["v1", "projects", _, "locations", _, "batchPredictionJobs", var id]) => (Operation.BatchGet, id),
        ("DELETE", ["v1", "projects", _, "locations", _, "batchPredictionJobs", var id]) => (Operation.BatchDelete, id),
        ("POST", ["v1", "projects", _, "locations", _, "batchPredictionJobs", var call]) when Verb(call) == "cancel" => (Operation.BatchCancel, Before(call)),
        ("POST", ["v1", "projects", _, "locations", var place, "cachedContents"]) => (Operation.CacheCreate, place),
        ("GET", ["v1", "projects", _, "locations", var place, "cachedContents"]) => (Operation.CacheList, place),
        ("GET", ["v1", "projects", _, "locations", var place, "cachedContents", var id]) => (Operation.CacheGet, $"{place}/{id}"),
        ("PATCH", ["v1", "projects", _, "locations", var place, "cachedContents", var id]) => (Operation.CacheUpdate, $"{place}/{id}"),
        ("DELETE", ["v1", "projects", _, "locations", var place, "cachedContents", var id]) => (Operation.CacheDelete, $"{place}/{id}"),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Exit.Json(refusal.Status, JsonBytes.Of(writer => GeminiWire.WriteError(writer, refusal)));

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.ChatCreate or Operation.MessagesCreate => LiveAsync(call, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        _ when IsCache(call) => call.Id.Split('/') is [var place, var id] ? CacheAsync(call, place, id, cancellationToken) : CacheAsync(call, call.Id, "", cancellationToken),
        _ => Task.FromResult(Job(call)),
    };

    protected override Endpoint? EndpointOf(Call call) => Self.ByPath[call.Operation == Operation.MessagesCreate ? RawPredictEndpoint.Name : GenerateContentEndpoint.Name];

    protected override byte[] Question(Call call, byte[] body) =>
        GeminiQuestion.With(body, Before(call.Id), Verb(call.Id).StartsWith("stream", StringComparison.Ordinal));

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (Parse(body) is not { } root)
                return Refuse(call, Refusal.Invalid("Invalid JSON payload received."));
            var (batch, refusal) = _jobs.Try(call, call.Id, root, () => HiddenUntil(call));
            if (batch is null)
                return Refuse(call, refusal ?? Refusal.Invalid("The job cannot be created."));
            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private SandboxResponse Job(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.BatchList)
                return _jobs.List(call);
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || batch.Provider != Name || batch.Workspace != call.Workspace || batch.IsDeleted || batch.HiddenUntil > call.Now)
                return Refuse(call, Refusal.Missing($"batch prediction job: {call.Id}"));
            return call.Operation switch
            {
                Operation.BatchCancel => Cancel(batch, call),
                Operation.BatchDelete => Delete(batch, call),
                _ => Show(batch, call),
            };
        }
    }

    private SandboxResponse Cancel(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The job has ended and cannot be cancelled.", null, "failed_precondition"));
        BeginCancel(batch, call);
        State.Commit();
        return Exit.Json(200, JsonBytes.Of(static _ => { }));
    }

    private SandboxResponse Delete(BatchState batch, Call call)
    {
        if (!batch.IsEnded)
            return Refuse(call, Refusal.Invalid("The job has not ended.", null, "failed_precondition"));
        batch.IsDeleted = true;
        State.Note(batch);
        State.Commit();
        return Exit.Json(200, JsonBytes.Of(static writer => writer.WriteBoolean("done", true)));
    }

    private static SandboxResponse Show(BatchState batch, Call call) => Exit.Json(200, JsonBytes.Of(writer => VertexJobs.Write(writer, batch, call.Now)));
}
