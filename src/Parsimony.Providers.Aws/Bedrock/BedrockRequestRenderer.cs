using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Aws;

/// <summary>Writes request bodies: the same bytes for a live call and for a record of a job, but for cache marks, which jobs know not.</summary>
internal sealed class BedrockRequestRenderer(ModelCatalogue catalogue)
{
    /// <summary>How deep JSON may nest; schemas and tool inputs go deeper than the default of 64.</summary>
    public const int MaxDepth = 512;

    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private readonly AnthropicRequestRenderer _claude = new(catalogue, ProviderId.Bedrock);

    /// <summary>In which form a request goes live; null when Bedrock does not take it.</summary>
    public static BedrockForm? LiveFormOf(Envelope envelope) => envelope switch
    {
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat } => BedrockForm.Converse,
        { Dialect: Dialect.Anthropic, Kind: EndpointKind.Messages } when BedrockModels.IsClaude(envelope.Model.Name) => BedrockForm.InvokeModel,
        { Dialect: Dialect.Canonical, Kind: EndpointKind.Embeddings } when BedrockModels.IsTitanEmbedding(envelope.Model.Name) => BedrockForm.InvokeModel,
        _ => null,
    };

    /// <summary>Writes the body of a live call.</summary>
    /// <exception cref="ProviderException">It cannot be said to Bedrock; nothing was sent.</exception>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => Guarded(() =>
    {
        switch (LiveFormOf(envelope))
        {
            case BedrockForm.Converse:
                Converse(ChatRequest.FromEnvelope(envelope), envelope.Model, cache.Marks, output);
                break;
            case BedrockForm.InvokeModel:
                Invoke(envelope, cache.Marks, keepsMarks: true, output);
                break;
            default:
                throw new CannotSayException(FailureCause.Unsupported, "dialect");
        }
    });

    /// <summary>Writes the body of a record, in the form of its job.</summary>
    /// <exception cref="ProviderException">It cannot be said in this form.</exception>
    public void RenderRecord(Envelope envelope, BedrockForm form, IBufferWriter<byte> output) => Guarded(() =>
    {
        if (form == BedrockForm.InvokeModel)
        {
            Invoke(envelope, [], keepsMarks: false, output);
            return;
        }

        if (LiveFormOf(envelope) != BedrockForm.Converse)
        {
            throw new CannotSayException(FailureCause.Unsupported, "dialect");
        }

        var request = ChatRequest.FromEnvelope(envelope);
        if (HasTools(request))
        {
            throw new CannotSayException(FailureCause.Unsupported, "tools");
        }

        Converse(request, envelope.Model, [], output);
    });

    /// <summary>Whether a job of the Converse form would refuse the request for its tools (it does so record by record, after the whole job was queued).</summary>
    public static bool HasTools(ChatRequest request) =>
        request.Tools.Count > 0 || request.Turns.Any(turn => turn.Parts.Any(part => part is ChatPart.ToolCall or ChatPart.ToolResult));

    private void Converse(ChatRequest request, ModelId model, IReadOnlyList<CacheMark> marks, IBufferWriter<byte> output)
    {
        var writer = new BedrockConverseWriter(request, model.Name, BedrockModels.Facts(catalogue, model), AnthropicMarks.Of(request, marks));
        if (request.Raw is not { Count: > 0 } raw)
        {
            writer.Write(output);
            return;
        }

        var rendered = new ArrayBufferWriter<byte>();
        writer.Write(rendered);
        var body = JsonNode.Parse(rendered.WrittenSpan, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }) as JsonObject ?? [];
        Merge(body, raw);
        using var json = new Utf8JsonWriter(output, WriterOptions);
        body.WriteTo(json);
    }

    private void Invoke(Envelope envelope, IReadOnlyList<CacheMark> marks, bool keepsMarks, IBufferWriter<byte> output)
    {
        if (envelope.Kind == EndpointKind.Embeddings)
        {
            BedrockEmbedding.Write(envelope, output);
            return;
        }

        if (BedrockModels.AnthropicName(envelope.Model.Name) is not { } name)
        {
            throw new CannotSayException(FailureCause.Unsupported, "model");
        }

        // Under Anthropic's name, so that the facts of the same model apply; the body that is sent names none.
        var claude = new ModelId(ProviderId.Anthropic, name);
        var request = envelope.Dialect == Dialect.Anthropic ? null : ChatRequest.FromEnvelope(envelope);
        if (request is { Raw: not { Count: > 0 } } && !keepsMarks)
        {
            _claude.RenderVersioned(request, claude, BedrockInvokeBody.Version, output);
            return;
        }

        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 512);
        if (request is null)
        {
            _claude.Render(envelope, marks, body);
        }
        else
        {
            _claude.RenderChat(request, claude, marks, body);
        }

        BedrockInvokeBody.Write(body.WrittenSpan, keepsMarks, output);
    }

    // Whatever a caller's own JSON gets wrong is this request's fault alone.
    private static void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (CannotSayException e)
        {
            throw new ProviderException(ProviderId.Bedrock, e.Failure, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderException(ProviderId.Bedrock, new CannotSayException(FailureCause.InvalidRequest, "body").Failure, e);
        }
    }

    // Objects are merged member by member, so that a field given raw does not drop those that were written; null takes a member away.
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
