using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>rawPredict of Claude models: messages with a version in the body (https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai, read 2026-11-21).</summary>
internal sealed class RawPredictEndpoint : Endpoint
{
    public const string Name = "/v1/publishers/anthropic/models:rawPredict";

    private readonly MessagesEndpoint _messages = new();

    public override string Provider => "vertexai";

    public override string Path => Name;

    public override string Operation => Model.Operation.MessagesCreate;

    public override string IdPrefix => "msg_vrtx_";

    public override Refusal? Check(JsonElement body, bool batch) => body.Text("anthropic_version") != "vertex-2023-10-16"
        ? Refusal.Invalid("anthropic_version: Field required")
        : _messages.Check(body, batch);

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var work = _messages.Answer(body, ordinal, seed);
        return new Work { Metered = work.Metered with { Provider = Provider }, Streams = work.Streams, Write = work.Write, Events = work.Events };
    }
}
