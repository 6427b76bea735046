using System.Buffers;
using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>An envelope to the body its model reads: Gemini's words, or Anthropic's with the version in place of the model.</summary>
/// <remarks>
/// Claude: https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai, read 2026-11-21: the model stands in the address, and
/// <c>anthropic_version</c> in the body.
/// </remarks>
internal sealed class VertexRenderer
{
    /// <summary>Whether Vertex AI's Gemini takes ids of tool calls is UNVERIFIED, so they stay away; a link must say its media type.</summary>
    public static GeminiFlavour Flavour { get; } = new(ProviderId.VertexAI, WritesCallIds: false, NeedsLinkType: true);

    private readonly GeminiRequestRenderer _gemini = new(ModelCatalogue.Default, Flavour);
    private readonly AnthropicRequestRenderer _claude = new(ModelCatalogue.Default, ProviderId.VertexAI);

    /// <summary>Gemini's part of it.</summary>
    public GeminiRequestRenderer Gemini => _gemini;

    /// <summary>Whether an envelope can be sent.</summary>
    public static bool Serves(Envelope envelope) => VertexModel.IsClaude(envelope.Model.Name)
        ? AnthropicRequestRenderer.Serves(envelope)
        : envelope is { Dialect: Dialect.Canonical, Kind: EndpointKind.Chat };

    /// <summary>Writes the body.</summary>
    /// <exception cref="ProviderException">It cannot be said to this model.</exception>
    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output, IReadOnlyDictionary<string, string>? labels = null)
    {
        if (!Serves(envelope))
        {
            throw Flavour.Cannot(FailureCause.Unsupported, "endpoint");
        }

        if (!VertexModel.IsClaude(envelope.Model.Name))
        {
            _gemini.Render(envelope, output, labels, cache.ExplicitCache);
            return;
        }

        var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 256);
        _claude.Render(envelope with { Model = VertexModel.AtAnthropic(envelope.Model.Name) }, cache.Marks, body);
        Versioned(body.WrittenSpan, output);
    }

    // The model's name is the only member that changes, so the rest is copied as it was written: prompts are cached by their bytes.
    private static void Versioned(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        output.Write("{\"anthropic_version\":\"vertex-2023-10-16\""u8);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isLeftOut = reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("anthropic_version"u8) || reader.ValueTextEquals("stream"u8);
            reader.Read();
            reader.Skip();
            if (!isLeftOut)
            {
                output.Write(","u8);
                output.Write(body[start..(int)reader.BytesConsumed]);
            }
        }

        output.Write("}"u8);
    }
}
