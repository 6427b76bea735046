using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the body of <c>/v2/chat</c> or <c>/v2/embed</c>.</summary>
internal sealed class CohereRequestRenderer(ModelCatalogue catalogue)
{
    /// <summary>What embeddings are made for when nobody says: texts that are searched. Models from the third generation on must be told (https://docs.cohere.com/reference/embed, read 2026-11-20).</summary>
    public const string DefaultInputType = "search_document";

    /// <summary>The path of the endpoint that takes the envelope; null when none does.</summary>
    public static string? PathOf(Envelope envelope) => envelope switch
    {
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat } => "v2/chat",
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Embeddings } => "v2/embed",
        _ => null,
    };

    /// <summary>Writes the body.</summary>
    /// <exception cref="ProviderException">The request cannot be said.</exception>
    public void Render(Envelope envelope, IBufferWriter<byte> output) => RenderedBody.Write(
        ProviderId.Cohere,
        envelope,
        writer => PathOf(envelope) switch
        {
            "v2/chat" => WriteChat(writer, ChatRequest.FromEnvelope(envelope), envelope.Model),
            "v2/embed" => WriteEmbedding(writer, EmbeddingRequest.FromEnvelope(envelope), envelope.Model),
            _ => throw new CannotSayException(FailureCause.Unsupported, "dialect"),
        },
        output);

    /// <summary>Writes a body of many texts.</summary>
    public static void WriteEmbedding(Utf8JsonWriter writer, string model, IEnumerable<string> texts, string inputType, int? dimensions)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteString("input_type"u8, inputType);
        writer.WriteStartArray("embedding_types"u8);
        writer.WriteStringValue("float"u8);
        writer.WriteEndArray();
        writer.WriteStartArray("texts"u8);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
        if (dimensions is { } length)
        {
            writer.WriteNumber("output_dimension"u8, length);
        }

        writer.WriteEndObject();
    }

    private static JsonObject? WriteEmbedding(Utf8JsonWriter writer, EmbeddingRequest request, ModelId model)
    {
        WriteEmbedding(writer, model.Name, [request.Input], DefaultInputType, request.Dimensions);
        return request.Raw;
    }

    private JsonObject? WriteChat(Utf8JsonWriter writer, ChatRequest request, ModelId model)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.Name);
        new CohereChatWriter(writer, request, catalogue.Find(model)).Write();
        writer.WriteEndObject();
        return request.Raw;
    }
}
