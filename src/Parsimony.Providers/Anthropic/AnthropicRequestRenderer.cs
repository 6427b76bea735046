using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>Writes request bodies for <c>POST /v1/messages</c>: the same bytes for a live call and for the <c>params</c> of a batch item.</summary>
internal sealed class AnthropicRequestRenderer(ModelCatalogue catalogue, ProviderId provider)
{
    /// <summary>How deep JSON may nest; schemas and tool inputs go deeper than the default of 64.</summary>
    public const int MaxDepth = 512;

    /// <summary>The output limit of a model nobody knows, when the caller sets none: every Claude model takes it.</summary>
    public const int DefaultMaxTokens = 4096;

    /// <summary>
    /// The most a known model is given when the caller sets no limit. Longer unstreamed answers outlast common connection limits; the official
    /// clients refuse unstreamed calls a little above it. Who wants more says so.
    /// </summary>
    public const int LargestDefaultMaxTokens = 16_384;

    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    };

    /// <summary>Whether this kind of request goes to the messages endpoint.</summary>
    public static bool Serves(Envelope envelope) => envelope is
    { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat } or { Dialect: Dialect.Anthropic, Kind: EndpointKind.Messages };

    /// <summary>Writes the body with cache marks; of more than four the last four, all the provider takes.</summary>
    /// <exception cref="ProviderException">It cannot be said in this dialect.</exception>
    public void Render(Envelope envelope, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output)
    {
        if (!Serves(envelope))
        {
            throw new ProviderException(provider, new CannotSayException(FailureCause.Unsupported, "dialect").Failure);
        }

        if (envelope.Dialect == Dialect.Anthropic)
        {
            Guarded(() => AnthropicVerbatim.Write(envelope, marks, output));
            return;
        }

        Guarded(() => Write(ChatRequest.FromEnvelope(envelope), envelope.Model, marks, output));
    }

    /// <summary>Writes a chat request without going through stored bytes.</summary>
    /// <exception cref="ProviderException">It cannot be said in this dialect.</exception>
    public void RenderChat(ChatRequest request, ModelId model, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output) =>
        Guarded(() => Write(request, model, marks, output));

    /// <summary>Writes a chat request for an address that names the model: a version stands in the body in its place. Not for requests with members of their own, which may name a model, too.</summary>
    /// <exception cref="ProviderException">It cannot be said in this dialect.</exception>
    public void RenderVersioned(ChatRequest request, ModelId model, string version, IBufferWriter<byte> output) =>
        Guarded(() => new AnthropicBodyWriter(request, model, catalogue.Find(model), AnthropicMarks.None, version).Write(output));

    private void Write(ChatRequest request, ModelId model, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output)
    {
        var facts = catalogue.Find(model);
        var placed = AnthropicMarks.Of(request, marks);
        if (request.Raw is not { Count: > 0 } raw)
        {
            new AnthropicBodyWriter(request, model, facts, placed).Write(output);
            return;
        }

        var rendered = new ArrayBufferWriter<byte>();
        new AnthropicBodyWriter(request, model, facts, placed).Write(rendered);
        var body = JsonNode.Parse(rendered.WrittenSpan, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }) as JsonObject ?? [];
        Merge(body, raw);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        body.WriteTo(writer);
    }

    // Whatever a caller's own JSON gets wrong is this request's fault alone.
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (CannotSayException e)
        {
            throw new ProviderException(provider, e.Failure, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderException(provider, new CannotSayException(FailureCause.InvalidRequest, "body").Failure, e);
        }
    }

    // Objects are merged member by member, so that an effort given raw does not drop a schema asked for by name; null takes a member away.
    private static void Merge(JsonObject body, JsonObject raw)
    {
        foreach (var (name, value) in raw)
        {
            if (value is null)
            {
                body.Remove(name);
            }
            else if (value is JsonObject inner && body[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                body[name] = value.DeepClone();
            }
        }
    }
}
