namespace Parsimony.Sandbox.Model;

/// <summary>Bedrock's two surfaces in one: models and model invocation jobs (https://docs.aws.amazon.com/bedrock/latest/APIReference/, read 2026-11-21).</summary>
internal sealed class BedrockApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    private readonly BedrockJobs _jobs = new(state);

    public static Twin Twin { get; } = new(
        BedrockModels.Provider, "", [new ConverseEndpoint(), new InvokeEndpoint()], new BedrockBatchHabits(), static (state, engine, twin) => new BedrockApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["model", .. var id, "converse" or "converse-stream"]) when id.Length > 0 => (Operation.ChatCreate, IdOf(id)),
        ("POST", ["model", .. var id, "invoke"]) when id.Length > 0 => (BedrockModels.IsEmbedding(IdOf(id)) ? Operation.EmbeddingsCreate : Operation.MessagesCreate, IdOf(id)),
        ("POST", ["model-invocation-job"]) => (Operation.BatchCreate, ""),
        ("GET", ["model-invocation-jobs"]) => (Operation.BatchList, ""),
        ("GET", ["model-invocation-job", .. var id]) when id.Length > 0 => (Operation.BatchGet, JobOf(id)),
        ("POST", ["model-invocation-job", .. var id, "stop"]) when id.Length > 0 => (Operation.BatchCancel, JobOf(id)),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) => SignatureCheck.KeyOf(request);

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        var (status, code) = refusal switch
        {
            { Code: { } own } when own.EndsWith("Exception", StringComparison.Ordinal) => (refusal.Status, own),
            { Type: "authentication_error" } => (403, "UnrecognizedClientException"),
            { Status: 403 } => (403, "AccessDeniedException"),
            { Status: 404 } => (404, "ResourceNotFoundException"),
            { Status: 429 } => (429, "ThrottlingException"),
            { Status: 503 } => (503, "ServiceUnavailableException"),
            { Status: >= 500 } => (refusal.Status, "InternalServerException"),
            _ => (refusal.Status, "ValidationException"),
        };
        var response = Exit.Json(status, JsonBytes.Of(writer => writer.WriteString("message", refusal.Message)));
        response.Headers["x-amzn-ErrorType"] = code + ":http://internal.amazon.com/coral/com.amazon.bedrock/";
        response.Headers["x-amzn-RequestId"] = $"{chance:x16}";
        return response;
    }

    public override async Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        if (State.Options.RequireKey && SignatureCheck.Refuse(call.Request, body, BedrockModels.Provider) is { } refusal)
            return Refuse(call, refusal);
        if (Operation.IsLive(call.Operation))
            return await LiveAsync(call.With(body), cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            return call.Operation switch
            {
                Operation.BatchCreate => Create(call, body),
                Operation.BatchList => _jobs.List(call),
                _ => One(call),
            };
        }
    }

    protected override Endpoint? EndpointOf(Call call) => Self.ByPath[call.Operation == Operation.ChatCreate ? ConverseEndpoint.Name : InvokeEndpoint.Name];

    protected override byte[] Question(Call call, byte[] body) =>
        BedrockModels.Asked(body, call.Id, call.Request.Path.EndsWith("/converse-stream", StringComparison.Ordinal)) ?? body;

    // An ARN holds a slash, which a host may hand on escaped.
    private static string IdOf(string[] parts) => Uri.UnescapeDataString(string.Join('/', parts));

    private static string JobOf(string[] parts) => IdOf(parts).Split('/')[^1];

    private SandboxResponse Create(Call call, byte[] body)
    {
        if (Parse(body) is not { } root)
            return Refuse(call, Refusal.Invalid("The request body is not valid JSON."));
        var (batch, isNew, refusal) = _jobs.Create(call, root, () => HiddenUntil(call));
        if (batch is null)
            return Refuse(call, refusal ?? Refusal.Invalid("The job cannot be created."));
        if (isNew)
        {
            State.Add(batch);
            Engine.Start(batch);
        }

        return Applied(call, FaultName.CreateReplyLost, Exit.Json(200, JsonBytes.Of(writer => writer.WriteString("jobArn", BedrockJobs.ArnOf(batch)))));
    }

    private SandboxResponse One(Call call)
    {
        if (!State.BatchesById.TryGetValue(call.Id, out var batch) || batch.Provider != Name || batch.HiddenUntil > call.Now)
            return Refuse(call, new Refusal(404, "not_found_error", $"Could not find model invocation job {call.Id}."));
        if (call.Operation == Operation.BatchGet)
            return Exit.Json(200, JsonBytes.Of(writer => BedrockJobs.Write(writer, batch, call.Now)));
        if (batch.IsEnded)
            return Refuse(call, new Refusal(409, "conflict", "The job has already ended and cannot be stopped."));
        BeginCancel(batch, call);
        State.Commit();
        return Exit.Json(200, "{}"u8.ToArray());
    }
}
