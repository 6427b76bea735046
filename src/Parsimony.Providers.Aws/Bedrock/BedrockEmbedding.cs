using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>Amazon Titan text embeddings: one text in, one vector out.</summary>
/// <remarks>Shape: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html, read 2026-11-21. Cohere's models tell their tokens in a header only, and are not offered.</remarks>
internal static class BedrockEmbedding
{
    /// <summary>Writes the request body.</summary>
    public static void Write(Envelope envelope, IBufferWriter<byte> output)
    {
        var request = EmbeddingRequest.FromEnvelope(envelope);
        using var writer = new Utf8JsonWriter(output, BedrockRequestRenderer.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("inputText"u8, request.Input);
        if (request.Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions"u8, dimensions);
        }

        foreach (var (name, value) in request.Raw ?? [])
        {
            if (name is not ("inputText" or "dimensions"))
            {
                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Whether a body is an embedding.</summary>
    public static bool IsOne(JsonElement root) => root.Member("embedding") is { ValueKind: JsonValueKind.Array };

    /// <summary>Its tokens.</summary>
    public static TokenUsage? Usage(JsonElement root) =>
        root.Count("inputTextTokenCount") is { } tokens ? new TokenUsage { UncachedInput = Math.Max(0, tokens) } : null;

    /// <summary>Its vector.</summary>
    /// <exception cref="ProviderException">It is no embedding.</exception>
    public static Embedding<float> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return IsOne(document.RootElement)
                ? new Embedding<float>(document.RootElement.Items("embedding").Select(number => number.GetSingle()).ToArray())
                : throw BedrockResponseReader.Malformed();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw BedrockResponseReader.Malformed(e);
        }
    }
}
