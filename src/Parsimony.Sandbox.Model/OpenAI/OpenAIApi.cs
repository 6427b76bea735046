using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>OpenAI's surface (https://developers.openai.com/api/docs/guides/batch, read 2026-11-20), and that of those who serve the same.</summary>
internal sealed class OpenAIApi(WorldState state, BatchEngine engine, Twin twin, OpenAIShape shape) : ProviderApi(state, engine, twin)
{
    private readonly string[] _root = shape.Root.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private readonly string[]? _classic = shape.ClassicRoot?.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private readonly OpenAIBatchCreate _create = new(state, twin, shape);

    private readonly OpenAIReports _reports = new(state);

    public override string? AdminKeyPrefix => shape.AdminKeyPrefix;

    public override (string Operation, string Id)? Route(string method, string[] path)
    {
        var below = Below(path);
        return below is null ? null
            : method == "POST" && below.SequenceEqual(shape.UploadPath) ? (Operation.FileUpload, "")
            : RouteBelow(method, below) is { } route && (shape.AdminKeyPrefix is not null || !Operation.IsReport(route.Operation)) ? route
            : null;
    }

    private static (string Operation, string Id)? RouteBelow(string method, string[] path) => (method, path) switch
    {
        ("GET", ["files"]) => (Operation.FileList, ""),
        ("GET", ["files", var id]) => (Operation.FileGet, id),
        ("DELETE", ["files", var id]) => (Operation.FileDelete, id),
        ("GET", ["files", var id, "content"]) => (Operation.FileContent, id),
        ("POST", ["batches"]) => (Operation.BatchCreate, ""),
        ("GET", ["batches"]) => (Operation.BatchList, ""),
        ("GET", ["batches", var id]) => (Operation.BatchGet, id),
        ("POST", ["batches", var id, "cancel"]) => (Operation.BatchCancel, id),
        ("POST", ["chat", "completions"]) => (Operation.ChatCreate, ""),
        ("POST", ["responses"]) => (Operation.ResponsesCreate, ""),
        ("POST", ["embeddings"]) => (Operation.EmbeddingsCreate, ""),
        ("POST", ["images", "generations"]) => (Operation.ImagesCreate, ""),
        ("GET", ["organization", "costs"]) => (Operation.CostReport, ""),
        ("GET", ["organization", "usage", "completions" or "embeddings"]) => (Operation.UsageReport, path[2]),
        ("GET", ["models"]) => (Operation.ModelsList, ""),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        shape.KeyHeader is { } header && request.Header(header) is { } key ? key
        : request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim()
        : null;

    protected override Endpoint? EndpointOf(Call call) => Self.ByPath.GetValueOrDefault("/v1/" + string.Join('/', Below(PathOf(call)) ?? []));

    // Azure's older surface names the deployment in the path, and the body need not.
    protected override byte[] Question(Call call, byte[] body) =>
        PathOf(call) is [_, "deployments", var model, ..] && shape.ClassicRoot is not null && Parse(body) is { ValueKind: JsonValueKind.Object } root
            ? JsonBytes.Of(writer =>
            {
                writer.WriteString("model", model);
                foreach (var member in root.EnumerateObject().Where(member => member.Name != "model"))
                    member.WriteTo(writer);
            })
            : body;

    private static string[] PathOf(Call call) => call.Request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What of a path stands below a root; null when it is below none.</summary>
    private string[]? Below(string[] path) =>
        path.AsSpan().StartsWith(_root) ? path[_root.Length..]
        : _classic is null || !path.AsSpan().StartsWith(_classic) ? null
        : path[_classic.Length..] is ["deployments", _, .. var rest] ? rest
        : path[_classic.Length..];

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        var response = Exit.Json(refusal.Status, JsonBytes.Of(writer => OpenAIWire.WriteError(writer, refusal)));
        response.Headers["x-request-id"] = $"req_{chance:x16}";
        return response;
    }

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        if (Operation.IsLive(call.Operation))
            return LiveAsync(call, cancellationToken);
        if (Operation.IsReport(call.Operation))
            return Task.FromResult(Report(call, _reports.Answer));
        var files = new OpenAIFiles(this, State, shape);
        return call.Operation switch
        {
            Operation.FileUpload => files.UploadAsync(call, cancellationToken),
            Operation.FileGet or Operation.FileDelete or Operation.FileList or Operation.FileContent => FileAsync(files, call, cancellationToken),
            Operation.BatchCreate => CreateAsync(call, cancellationToken),
            _ => Task.FromResult(Batch(call)),
        };
    }

    internal SandboxResponse Refused(Call call, Refusal refusal) => Refuse(call, refusal);

    internal SandboxResponse Created(Call call, SandboxResponse response) => Applied(call, FaultName.CreateReplyLost, response);

    internal DateTimeOffset? Hidden(Call call) => HiddenUntil(call);

    internal void ShapeResults(BatchState batch, Call call) => Shape(batch, call);

    internal bool Truncates(Call call) => CutsLast(call);

    private async Task<SandboxResponse> FileAsync(OpenAIFiles files, Call call, CancellationToken cancellationToken)
    {
        lock (State.Gate)
            Engine.Advance(call.Now);
        return await files.HandleAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (Parse(body) is not { } root)
                return Refuse(call, Refusal.Invalid("We could not parse the JSON body of your request."));
            var (batch, refusal) = _create.Try(call, root, () => HiddenUntil(call));
            if (batch is null)
                return Refuse(call, refusal ?? Refusal.Invalid("The batch cannot be created."));
            if (batch.OverQueue && shape.RefusesFullQueueAtCreate)
            {
                // The newer regions' way (batch page for Python, Azure docs, read 2026-11-20).
                State.Commit();
                return Refuse(call, Refusal.Invalid("The enqueued token limit is reached.", null, "token_limit_exceeded"));
            }

            State.Add(batch);
            Engine.Start(batch);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call, shape.CreateMember));
        }
    }

    private SandboxResponse Batch(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.ModelsList)
                return Models();
            if (call.Operation == Operation.BatchList)
                return List(call);
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || batch.Provider != Name || batch.Workspace != call.Workspace || batch.HiddenUntil > call.Now)
                return Refuse(call, new Refusal(404, "invalid_request_error", $"No batch found with id '{call.Id}'."));
            if (call.Operation == Operation.BatchCancel)
            {
                if (batch.IsEnded)
                    return Refuse(call, new Refusal(409, "invalid_request_error", $"Cannot cancel a batch with status '{OpenAIStatus(batch)}'."));
                BeginCancel(batch, call);
                State.Commit();
            }

            return Show(batch, call);
        }
    }

    private static string OpenAIStatus(BatchState batch) => batch.Phase.ToString().ToLowerInvariant();

    private SandboxResponse Show(BatchState batch, Call call, string? member = null) => Exit.Json(200, JsonBytes.Of(writer =>
    {
        if (member is not null)
            writer.WriteStartObject(member);
        shape.WriteBatch(writer, batch, State.Bill, call.Now);
        if (member is not null)
            writer.WriteEndObject();
    }));

    private SandboxResponse List(Call call)
    {
        var visible = State.Batches.Where(b => b.Provider == Name && b.Workspace == call.Workspace && !(b.HiddenUntil > call.Now)).Reverse();
        if ((shape.Paging == OpenAIPaging.After ? call.Query("after") : call.Query("cursor")) is { } after)
            visible = visible.SkipWhile(b => b.Id != after).Skip(1);
        var limit = shape.Paging == OpenAIPaging.None ? int.MaxValue - 1 : call.Limit(20, 100);
        var page = visible.Take(limit + 1).ToList();
        return Exit.Json(200, shape.Paging == OpenAIPaging.None
            ? OpenAIPage.Bare(page, (writer, b) => shape.WriteBatch(writer, b, State.Bill, call.Now))
            : JsonBytes.Of(writer => OpenAIPage.Write(
                writer, page, limit, b => b.Id, b => shape.WriteBatch(writer, b, State.Bill, call.Now), hasCursor: shape.Paging == OpenAIPaging.Cursor)));
    }

    private SandboxResponse Models() => Exit.Json(200, JsonBytes.Of(writer => OpenAIPage.Write(writer, shape.Models, int.MaxValue, m => m, m =>
    {
        writer.WriteString("id", m);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", 0);
        writer.WriteString("owned_by", "sandbox");
    })));
}
