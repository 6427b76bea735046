namespace Parsimony.Sandbox.Model;

/// <summary>Ollama's own surface: live calls only, errors of one member, no key asked for (https://github.com/ollama/ollama/blob/main/docs/api.md, read 2026-11-20).</summary>
internal sealed class OllamaApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    private static readonly string[] Models = ["qwen3:8b", "llama3.2:3b", "gpt-oss:20b", "nomic-embed-text:latest"];

    public static Twin Twin { get; } = new(
        "ollama", "", [new OllamaChatEndpoint(), new OllamaEmbedEndpoint()], Batches: null, static (state, engine, twin) => new OllamaApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["api", "chat"]) => (Operation.ChatCreate, ""),
        ("POST", ["api", "embed"]) => (Operation.EmbeddingsCreate, ""),
        ("GET", ["api", "tags"]) => (Operation.ModelsList, ""),
        _ => null,
    };

    /// <summary>A server of one's own knows no keys: whoever brings none is let in.</summary>
    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : "local";

    public override SandboxResponse Refuse(Refusal refusal, ulong chance) =>
        Exit.Json(refusal.Status, JsonBytes.Of(writer => writer.WriteString("error", refusal.Message)));

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) =>
        call.Operation == Operation.ModelsList ? Task.FromResult(Tags()) : LiveAsync(call, cancellationToken);

    private static SandboxResponse Tags() => Exit.Json(200, JsonBytes.Of(writer =>
    {
        writer.WriteStartArray("models");
        foreach (var model in Models)
        {
            writer.WriteStartObject();
            writer.WriteString("name", model);
            writer.WriteString("model", model);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }));
}
