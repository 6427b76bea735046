using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the body of <c>/api/chat</c> or <c>/api/embed</c>. Whoever sends it says first whether it streams: without a word the server does.</summary>
internal static class OllamaRequestRenderer
{
    /// <summary>The path of the endpoint that takes the envelope; null when none does.</summary>
    public static string? PathOf(Envelope envelope) => envelope switch
    {
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat } => "chat",
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Embeddings } => "embed",
        _ => null,
    };

    /// <summary>Writes the body.</summary>
    /// <param name="envelope">What is asked.</param>
    /// <param name="streams">Whether the answer of a chat comes in pieces.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ProviderException">The request cannot be said.</exception>
    public static void Render(Envelope envelope, bool streams, IBufferWriter<byte> output) => RenderedBody.Write(
        ProviderId.Ollama,
        envelope,
        writer => PathOf(envelope) switch
        {
            "chat" => WriteChat(writer, ChatRequest.FromEnvelope(envelope), envelope.Model, streams),
            "embed" => WriteEmbedding(writer, EmbeddingRequest.FromEnvelope(envelope), envelope.Model),
            _ => throw new CannotSayException(FailureCause.Unsupported, "dialect"),
        },
        output);

    private static JsonObject? WriteChat(Utf8JsonWriter writer, ChatRequest request, ModelId model, bool streams)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.Name);
        writer.WriteBoolean("stream"u8, streams);
        new OllamaChatWriter(writer, request).Write();
        writer.WriteEndObject();
        return request.Raw;
    }

    private static JsonObject? WriteEmbedding(Utf8JsonWriter writer, EmbeddingRequest request, ModelId model)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.Name);
        writer.WriteString("input"u8, request.Input);
        if (request.Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions"u8, dimensions);
        }

        writer.WriteEndObject();
        return request.Raw;
    }
}
