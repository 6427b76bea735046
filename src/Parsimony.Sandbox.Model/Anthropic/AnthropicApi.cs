namespace Parsimony.Sandbox.Model;

/// <summary>Anthropic's surface (https://platform.claude.com/docs/en/api, read 2026-11-20).</summary>
internal sealed class AnthropicApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public static Twin Twin { get; } = new(
        "anthropic", "", [new MessagesEndpoint()], new AnthropicBatchHabits(), static (state, engine, twin) => new AnthropicApi(state, engine, twin));

    private static readonly string[] ModelNames = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-5", "claude-haiku-4-5"];

    private readonly AnthropicBatches _batches = new(state);

    private readonly AnthropicReports _reports = new(state);

    public override string AdminKeyPrefix => "sk-ant-admin";

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1", "messages"]) => (Operation.MessagesCreate, ""),
        ("POST", ["v1", "messages", "count_tokens"]) => (Operation.TokensCount, ""),
        ("POST", ["v1", "messages", "batches"]) => (Operation.BatchCreate, ""),
        ("GET", ["v1", "messages", "batches"]) => (Operation.BatchList, ""),
        ("GET", ["v1", "messages", "batches", var id]) => (Operation.BatchGet, id),
        ("DELETE", ["v1", "messages", "batches", var id]) => (Operation.BatchDelete, id),
        ("POST", ["v1", "messages", "batches", var id, "cancel"]) => (Operation.BatchCancel, id),
        ("GET", ["v1", "messages", "batches", var id, "results"]) => (Operation.BatchResults, id),
        ("GET", ["v1", "organizations", "usage_report", "messages"]) => (Operation.UsageReport, ""),
        ("GET", ["v1", "organizations", "cost_report"]) => (Operation.CostReport, ""),
        ("GET", ["v1", "models"]) => (Operation.ModelsList, ""),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) => request.Header("x-api-key")
        ?? (request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null);

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        var id = $"req_{chance:x16}";
        var response = Exit.Json(refusal.Status, JsonBytes.Of(writer => AnthropicWire.WriteError(writer, refusal, id)));
        response.Headers["request-id"] = id;
        return response;
    }

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => call.Operation switch
    {
        Operation.MessagesCreate => LiveAsync(call, cancellationToken),
        Operation.TokensCount => CountAsync(call, cancellationToken),
        Operation.BatchCreate => CreateAsync(call, cancellationToken),
        Operation.UsageReport or Operation.CostReport => Task.FromResult(Report(call, _reports.Answer)),
        _ => Task.FromResult(Batch(call)),
    };

    private static string RootOf(Call call) => call.Request.RootOf("anthropic") ?? "http://anthropic.sandbox";

    private static SandboxResponse Show(BatchState batch, Call call) =>
        Exit.Json(200, JsonBytes.Of(writer => AnthropicWire.WriteBatch(writer, batch, RootOf(call), call.Now)));

    private async Task<SandboxResponse> CountAsync(Call call, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        if (Parse(body) is not { } root)
            return Refuse(call, Refusal.Invalid("The request body is not valid JSON."));
        if (MessagesEndpoint.CheckPrompt(root) is { } refusal)
            return Refuse(call, refusal);
        var tokens = AnthropicPrompt.Read(root).Blocks.Sum(b => b.Tokens);
        return Exit.Json(200, JsonBytes.Of(writer => writer.WriteNumber("input_tokens", tokens)));
    }

    private async Task<SandboxResponse> CreateAsync(Call call, CancellationToken cancellationToken)
    {
        using var writer = State.NewContent();
        if (!await AnthropicBatches.ReadAsync(call.Request.Body, writer, cancellationToken).ConfigureAwait(false))
            return Refuse(call, new Refusal(413, "request_too_large", "Request exceeds the maximum size of 256 MB."));
        var content = writer.Finish();
        var (items, refusal) = AnthropicBatches.Check(content);
        if (items is null)
            return Refuse(call, refusal ?? Refusal.Invalid("requests: Field required"));
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (_batches.IsOverQueue(call, items.Count))
            {
                State.Commit();
                return Limited(call);
            }

            var batch = _batches.New(call, content, items, HiddenUntil(call));
            State.Add(batch);
            Engine.Start(batch);
            Engine.Begin(batch, call.Now);
            return Applied(call, FaultName.CreateReplyLost, Show(batch, call));
        }
    }

    private SandboxResponse Limited(Call call)
    {
        var response = Refuse(call, new Refusal(429, "rate_limit_error", "Your batch would exceed the number of requests allowed in the processing queue."));
        response.Headers["retry-after"] = "60";
        return response;
    }

    private SandboxResponse Batch(Call call)
    {
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.ModelsList)
                return Models();
            if (call.Operation == Operation.BatchList)
                return _batches.List(call, RootOf(call));
            if (!State.BatchesById.TryGetValue(call.Id, out var batch) || batch.Provider != Name || batch.Workspace != call.Workspace || batch.IsDeleted || batch.HiddenUntil > call.Now)
                return Refuse(call, Refusal.Missing($"message batch: {call.Id}"));
            return call.Operation switch
            {
                Operation.BatchCancel => Cancel(batch, call),
                Operation.BatchDelete => Delete(batch, call),
                Operation.BatchResults => Results(batch, call),
                _ => Show(batch, call),
            };
        }
    }

    private SandboxResponse Cancel(BatchState batch, Call call)
    {
        if (batch.IsEnded)
            return Refuse(call, Refusal.Invalid("Batch cannot be canceled: it has ended."));
        BeginCancel(batch, call);
        State.Commit();
        return Show(batch, call);
    }

    private SandboxResponse Delete(BatchState batch, Call call)
    {
        if (!batch.IsEnded)
            return Refuse(call, Refusal.Invalid("Batch cannot be deleted while it is processing; cancel it first."));
        batch.IsDeleted = true;
        State.Note(batch);
        State.Commit();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteString("id", batch.Id);
            writer.WriteString("type", "message_batch_deleted");
        }));
    }

    private SandboxResponse Results(BatchState batch, Call call)
    {
        if (!batch.IsEnded)
            return Refuse(call, Refusal.Missing($"results: {batch.Id} has not ended"));
        if (call.Now >= batch.CreatedAt + AnthropicWire.ResultLife)
            return Refuse(call, Refusal.Missing($"results: those of {batch.Id} are archived"));
        Shape(batch, call);
        var lines = _batches.Results(batch, CutsLast(call));
        State.Commit();
        return Exit.Produced("application/x-jsonl", lines.WriteAsync);
    }

    private static SandboxResponse Models() => Exit.Json(200, JsonBytes.Of(writer =>
    {
        writer.WriteStartArray("data");
        foreach (var model in ModelNames)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "model");
            writer.WriteString("id", model);
            writer.WriteString("display_name", model);
            writer.WriteString("created_at", "2026-01-01T00:00:00Z");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("first_id", ModelNames[0]);
        writer.WriteString("last_id", ModelNames[^1]);
        writer.WriteBoolean("has_more", false);
    }));
}
