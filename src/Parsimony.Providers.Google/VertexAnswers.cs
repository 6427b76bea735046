using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Google;

/// <summary>Bodies of either publisher's models to answers: a message has content at its top, Gemini's answers have candidates.</summary>
internal static class VertexAnswers
{
    private static readonly GeminiResponseReader Gemini = new(VertexRenderer.Flavour);

    public static LiveOutcome ReadOutcome(ReadOnlyMemory<byte> body) => ReadAnswer(body) is { } answer
        ? new LiveOutcome.Answered(answer)
        : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));

    /// <summary>The answer of a body, which the caller must own; null when it is none.</summary>
    public static Answer? ReadAnswer(ReadOnlyMemory<byte> body) => IsMessage(body.Span) ? AnthropicResponseReader.ReadAnswer(body) : GeminiResponseReader.ReadAnswer(body);

    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        if (!IsMessage(body.Span))
        {
            return Gemini.ReadChat(body);
        }

        try
        {
            return AnthropicResponseReader.ReadChat(body);
        }
        catch (ProviderException e)
        {
            throw new ProviderException(ProviderId.VertexAI, e.Failure, e);
        }
    }

    private static bool IsMessage(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("candidates"u8) || reader.ValueTextEquals("usageMetadata"u8))
                {
                    return false;
                }

                if (reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("stop_reason"u8))
                {
                    return true;
                }

                reader.Read();
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Neither.
        }

        return false;
    }
}
