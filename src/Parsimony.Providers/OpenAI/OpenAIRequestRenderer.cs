using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the bytes of a request body; the same for a live call and a batch line, and always on one line.</summary>
internal sealed class OpenAIRequestRenderer(ModelCatalogue catalogue)
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // The stream flag is the sender's; a model in the raw members would break the rule of one model per batch.
    private static readonly string[] NeverRaw = ["stream", "stream_options", "model"];

    /// <summary>Writes the body, with what is asked of the cache where the model takes it.</summary>
    /// <exception cref="ProviderException">The request cannot be said to OpenAI.</exception>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        if (envelope.Dialect == Dialect.OpenAI)
        {
            OpenAIVerbatim.Write(envelope, cache, output);
            return;
        }

        if (envelope.Dialect != Dialect.Canonical)
        {
            throw Cannot(FailureCause.Unsupported, "dialect");
        }

        try
        {
            RenderCanonical(envelope, cache, output);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw Cannot(FailureCause.InvalidRequest, "canonical", e);
        }
    }

    /// <summary>Which of OpenAI's endpoints takes the envelope; null when none does.</summary>
    public static EndpointKind? KindOf(Envelope envelope) => (envelope.Dialect, envelope.Kind) switch
    {
        (Dialect.Canonical, EndpointKind.Chat or EndpointKind.Embeddings or EndpointKind.Images) => envelope.Kind,
        (Dialect.OpenAI, EndpointKind.Chat or EndpointKind.Responses or EndpointKind.Embeddings or EndpointKind.Images) => envelope.Kind,
        _ => null,
    };

    /// <summary>What is thrown for a request that cannot be said; the code names what of it.</summary>
    public static ProviderException Cannot(FailureCause cause, string code, Exception? inner = null) =>
        new(ProviderId.OpenAI, new ProviderFailure(FailureStage.Render, cause, ProviderCode: code), inner);

    private void RenderCanonical(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        if (envelope.Kind == EndpointKind.Chat && cache.IsNone && OpenAIPlainChat.TryWrite(envelope, catalogue.Find(envelope.Model), output))
        {
            return;
        }

        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, envelope.Model.Name);
        switch (envelope.Kind)
        {
            case EndpointKind.Chat:
                var chat = ChatRequest.FromEnvelope(envelope);
                new OpenAIChatWriter(writer, chat, catalogue.Find(envelope.Model), OpenAICacheMarks.Of(chat, envelope.Model.Name, cache)).Write();
                WriteRaw(writer, chat.Raw);
                break;
            case EndpointKind.Embeddings:
                var embedding = EmbeddingRequest.FromEnvelope(envelope);
                WriteUnless(writer, embedding.Raw, "input", w => w.WriteStringValue(embedding.Input));
                if (embedding.Dimensions is { } dimensions)
                {
                    WriteUnless(writer, embedding.Raw, "dimensions", w => w.WriteNumberValue(dimensions));
                }

                WriteRaw(writer, embedding.Raw);
                break;
            case EndpointKind.Images:
                WriteImage(writer, ImageRequest.FromEnvelope(envelope));
                break;
            default:
                throw Cannot(FailureCause.Unsupported, "endpoint");
        }

        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, ImageRequest image)
    {
        WriteUnless(writer, image.Raw, "prompt", w => w.WriteStringValue(image.Prompt));
        if (image.Size is { } size)
        {
            WriteUnless(writer, image.Raw, "size", w => w.WriteStringValue(size));
        }

        if (image.Count is { } count)
        {
            WriteUnless(writer, image.Raw, "n", w => w.WriteNumberValue(count));
        }

        if (image.Quality is { } quality)
        {
            WriteUnless(writer, image.Raw, "quality", w => w.WriteStringValue(quality));
        }

        WriteRaw(writer, image.Raw);
    }

    private static void WriteUnless(Utf8JsonWriter writer, JsonObject? raw, string name, Action<Utf8JsonWriter> value)
    {
        if (raw?.ContainsKey(name) is not true)
        {
            writer.WritePropertyName(name);
            value(writer);
        }
    }

    private static void WriteRaw(Utf8JsonWriter writer, JsonObject? raw)
    {
        foreach (var (name, value) in raw ?? [])
        {
            if (!NeverRaw.Contains(name, StringComparer.Ordinal))
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
    }
}
