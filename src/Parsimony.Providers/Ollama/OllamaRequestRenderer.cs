using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the body of <c>/api/chat</c> or <c>/api/embed</c>. Whoever sends it says first whether it streams: without a word the server does.</summary>
internal static class OllamaRequestRenderer
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };

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
    public static void Render(Envelope envelope, bool streams, IBufferWriter<byte> output)
    {
        try
        {
            var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 256);
            var raw = PathOf(envelope) switch
            {
                "chat" => WriteChat(ChatRequest.FromEnvelope(envelope), envelope.Model, streams, body),
                "embed" => WriteEmbedding(EmbeddingRequest.FromEnvelope(envelope), envelope.Model, body),
                _ => throw new CannotSayException(FailureCause.Unsupported, "dialect"),
            };
            if (raw is { Count: > 0 })
            {
                RawMembers.Write(body.WrittenSpan, raw, WriterOptions, output);
            }
            else
            {
                output.Write(body.WrittenSpan);
            }
        }
        catch (CannotSayException e)
        {
            throw new ProviderException(ProviderId.Ollama, e.Failure, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderException(ProviderId.Ollama, new CannotSayException(FailureCause.InvalidRequest, "canonical").Failure, e);
        }
    }

    private static JsonObject? WriteChat(ChatRequest request, ModelId model, bool streams, ArrayBufferWriter<byte> body)
    {
        using var writer = new Utf8JsonWriter(body, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, model.Name);
        writer.WriteBoolean("stream"u8, streams);
        new OllamaChatWriter(writer, request).Write();
        writer.WriteEndObject();
        return request.Raw;
    }

    private static JsonObject? WriteEmbedding(EmbeddingRequest request, ModelId model, ArrayBufferWriter<byte> body)
    {
        using var writer = new Utf8JsonWriter(body, WriterOptions);
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
