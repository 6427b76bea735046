using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the bytes of a request body; the same for a live call and a batch line, and always on one line.</summary>
internal sealed class OpenAIRequestRenderer(ModelCatalogue catalogue, OpenAIProfile profile)
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // The stream flag is the sender's; a model in the raw members would break the rule of one model per batch.
    private static readonly string[] NeverRaw = ["stream", "stream_options", "model"];

    /// <summary>Writes the body, with what is asked of the cache where the model takes it.</summary>
    /// <exception cref="ProviderException">The request cannot be said to the provider.</exception>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        try
        {
            if (profile.Chat.ModelName(envelope.Model.Name) is var name && name != envelope.Model.Name)
            {
                envelope = envelope with { Model = envelope.Model with { Name = name } };
            }

            if (envelope.Dialect == Dialect.OpenAI)
            {
                OpenAIVerbatim.Write(envelope, OpenAICacheMarks.Of(envelope, cache, profile.Chat), output);
                return;
            }

            RenderCanonical(envelope, cache, output);
        }
        catch (CannotSayException e)
        {
            throw new ProviderException(profile.Id, e.Failure, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderException(profile.Id, new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: "canonical"), e);
        }
    }

    /// <summary>Which of OpenAI's endpoints takes the envelope; null when none does.</summary>
    public static EndpointKind? KindOf(Envelope envelope) => (envelope.Dialect, envelope.Kind) switch
    {
        (Dialect.Canonical, EndpointKind.Chat or EndpointKind.Embeddings or EndpointKind.Images) => envelope.Kind,
        (Dialect.OpenAI, EndpointKind.Chat or EndpointKind.Responses or EndpointKind.Embeddings or EndpointKind.Images) => envelope.Kind,
        _ => null,
    };

    private void RenderCanonical(Envelope envelope, CacheControl cache, IBufferWriter<byte> output)
    {
        if (envelope.Dialect != Dialect.Canonical)
        {
            throw new CannotSayException(FailureCause.Unsupported, "dialect");
        }

        if (envelope.Kind == EndpointKind.Chat && cache.IsNone && OpenAIPlainChat.TryWrite(envelope, catalogue.Find(envelope.Model), profile.Chat, output))
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
                new OpenAIChatWriter(writer, chat, catalogue.Find(envelope.Model), profile.Chat, OpenAICacheMarks.Of(chat, envelope.Model.Name, cache, profile.Chat)).Write();
                WriteRaw(writer, chat.Raw);
                break;
            case EndpointKind.Embeddings:
                var embedding = EmbeddingRequest.FromEnvelope(envelope);
                WriteUnless(writer, embedding.Raw, "input", w => w.WriteStringValue(embedding.Input));
                if (embedding.Dimensions is { } dimensions)
                {
                    WriteUnless(writer, embedding.Raw, profile.Chat.DimensionsName, w => w.WriteNumberValue(dimensions));
                }

                WriteRaw(writer, embedding.Raw);
                break;
            case EndpointKind.Images:
                WriteImage(writer, ImageRequest.FromEnvelope(envelope));
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "endpoint");
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
