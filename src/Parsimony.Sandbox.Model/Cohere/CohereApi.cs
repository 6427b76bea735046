namespace Parsimony.Sandbox.Model;

/// <summary>Cohere's own surface: chat and embeddings of version 2, errors that are a message and nothing else (https://docs.cohere.com/reference/chat, read 2026-11-20).</summary>
internal sealed class CohereApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public static Twin Twin { get; } = new(
        "cohere", "", [new CohereChatEndpoint(), new CohereEmbedEndpoint()], Batches: null, static (state, engine, twin) => new CohereApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v2", "chat"]) => (Operation.ChatCreate, ""),
        ("POST", ["v2", "embed"]) => (Operation.EmbeddingsCreate, ""),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Exit.Json(refusal.Status, JsonBytes.Of(writer =>
    {
        writer.WriteString("id", $"{chance:x16}");
        writer.WriteString("message", refusal.Message);
    }));

    public override Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken) => LiveAsync(call, cancellationToken);
}
