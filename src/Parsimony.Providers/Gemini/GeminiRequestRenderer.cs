using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>An envelope to the bytes of a request body; the same for a live call and for the <c>request</c> of a batch line, and always on one line.</summary>
internal sealed class GeminiRequestRenderer(ModelCatalogue catalogue, GeminiFlavour flavour)
{
    /// <summary>How deep JSON may nest; schemas and tool inputs go deeper than the default of 64.</summary>
    public const int MaxDepth = 512;

    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    // The model stands in the address, and streaming is another address.
    private static readonly string[] NeverRaw = ["model", "stream"];

    /// <summary>Which kind of call takes the envelope; null when none does.</summary>
    public static EndpointKind? KindOf(Envelope envelope) =>
        envelope is { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat or EndpointKind.Embeddings } ? envelope.Kind : null;

    /// <summary>Writes the body. Caching here is the provider's own doing, or a cache named in the raw members.</summary>
    /// <param name="envelope">What is asked.</param>
    /// <param name="output">Where to.</param>
    /// <param name="labels">Labels the body carries; null for none.</param>
    /// <param name="cache">The explicit cache that holds its instructions and tools; null for none.</param>
    /// <exception cref="ProviderException">It cannot be said in this dialect.</exception>
    public void Render(Envelope envelope, IBufferWriter<byte> output, IReadOnlyDictionary<string, string>? labels = null, string? cache = null)
    {
        switch (KindOf(envelope))
        {
            case EndpointKind.Chat:
                Guarded(() => Write(Over(ChatRequest.FromEnvelope(envelope), cache), envelope.Model, output, labels));
                break;
            case EndpointKind.Embeddings:
                Guarded(() => Write(EmbeddingRequest.FromEnvelope(envelope), output));
                break;
            default:
                throw flavour.Cannot(FailureCause.Unsupported, envelope.Dialect == Dialect.Canonical ? "endpoint" : "dialect");
        }
    }

    /// <summary>Writes what a cache can hold of a request, as members of an object that is open.</summary>
    /// <exception cref="ProviderException">It cannot be said in this dialect, or there is nothing to hold.</exception>
    public void RenderPrefix(ChatRequest request, ModelId model, Utf8JsonWriter writer) => Guarded(() =>
    {
        if (!new GeminiBodyWriter(writer, request, model.Name, catalogue.Find(model), flavour).WritePrefix() && request is { Turns.Count: 0, Tools.Count: 0 })
        {
            throw flavour.Cannot(FailureCause.InvalidRequest, "contents");
        }
    });

    private static ChatRequest Over(ChatRequest request, string? cache) => cache is null ? request : GeminiCaches.Over(request, cache, turns: 0);

    private void Write(ChatRequest request, ModelId model, IBufferWriter<byte> output, IReadOnlyDictionary<string, string>? labels)
    {
        if (request.Raw is not { Count: > 0 } raw)
        {
            Write(request, model, labels, output);
            return;
        }

        var rendered = new ArrayBufferWriter<byte>(1024);
        Write(request, model, labels, rendered);
        Merge(rendered.WrittenSpan, raw, output);
    }

    private void Write(ChatRequest request, ModelId model, IReadOnlyDictionary<string, string>? labels, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        new GeminiBodyWriter(writer, request, model.Name, catalogue.Find(model), flavour).Write();
        if (labels is { Count: > 0 })
        {
            writer.WriteStartObject("labels"u8);
            foreach (var (name, value) in labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // Source: https://ai.google.dev/api/embeddings, read 2026-11-21.
    private static void Write(EmbeddingRequest request, IBufferWriter<byte> output)
    {
        var rendered = new ArrayBufferWriter<byte>(256 + request.Input.Length);
        using (var writer = new Utf8JsonWriter(rendered, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("content"u8);
            writer.WriteStartArray("parts"u8);
            writer.WriteStartObject();
            writer.WriteString("text"u8, request.Input);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            if (request.Dimensions is { } dimensions)
            {
                writer.WriteNumber("outputDimensionality"u8, dimensions);
            }

            writer.WriteEndObject();
        }

        if (request.Raw is { Count: > 0 } raw)
        {
            Merge(rendered.WrittenSpan, raw, output);
        }
        else
        {
            output.Write(rendered.WrittenSpan);
        }
    }

    // Objects are merged member by member, so that one setting given raw does not drop its neighbours; null takes a member away.
    private static void Merge(ReadOnlySpan<byte> rendered, JsonObject raw, IBufferWriter<byte> output)
    {
        var body = JsonNode.Parse(rendered, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }) as JsonObject ?? [];
        Merge(body, raw, isTop: true);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        body.WriteTo(writer);
    }

    private static void Merge(JsonObject body, JsonObject raw, bool isTop)
    {
        foreach (var (name, value) in raw)
        {
            if (isTop && NeverRaw.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            if (value is null)
            {
                body.Remove(name);
            }
            else if (value is JsonObject inner && body[name] is JsonObject existing)
            {
                Merge(existing, inner, isTop: false);
            }
            else
            {
                body[name] = value.DeepClone();
            }
        }
    }

    // Whatever a caller's own JSON gets wrong is this request's fault alone.
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw flavour.Cannot(FailureCause.InvalidRequest, "body", e);
        }
    }
}
