using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Message bodies to answers and chat responses. Nothing of a body is dropped: blocks without a counterpart keep their JSON.</summary>
internal static class AnthropicResponseReader
{
    /// <summary>The answer of a body; null when it is no message. Keeps <paramref name="body"/>, which the caller must own.</summary>
    public static Answer? ReadAnswer(ReadOnlyMemory<byte> body) =>
        AnthropicMessageHead.Read(body.Span) is not { } head
            ? null
            : new Answer
            {
                Body = body,
                Usage = head.Usage,
                FinishReason = AnthropicStopReasons.Read(head.StopReason),
                ProviderReference = head.Id,
                Model = head.Model,
                ServiceTier = head.ServiceTier,
            };

    /// <summary>The chat response of a body.</summary>
    /// <exception cref="ProviderException">It is no message.</exception>
    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Read(Parse(body.Span));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Usage in the framework's words: input is everything that was read, cached or not.</summary>
    public static UsageDetails Usage(TokenUsage usage)
    {
        var details = new UsageDetails
        {
            InputTokenCount = usage.TotalInput,
            OutputTokenCount = usage.TotalOutput,
            TotalTokenCount = usage.TotalInput + usage.TotalOutput,
            CachedInputTokenCount = usage.CacheRead,
            ReasoningTokenCount = usage.Reasoning > 0 ? usage.Reasoning : null,
        };
        if (usage.CacheWriteShort + usage.CacheWriteLong > 0)
        {
            details.AdditionalCounts = new AdditionalPropertiesDictionary<long>
            {
                ["CacheWrite5mTokenCount"] = usage.CacheWriteShort,
                ["CacheWrite1hTokenCount"] = usage.CacheWriteLong,
            };
        }

        return details;
    }

    /// <summary>The framework's finish reason of a stop reason.</summary>
    public static ChatFinishReason? FinishReason(string? stopReason) =>
        AnthropicStopReasons.Read(stopReason) is { Length: > 0 } word ? new ChatFinishReason(word) : null;

    private static JsonElement Parse(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    private static ChatResponse Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || message.Member("content") is not { ValueKind: JsonValueKind.Array } content)
        {
            throw Malformed(null);
        }

        List<AIContent> contents = [.. content.EnumerateArray().Select(AnthropicBlockReader.Read)];
        var id = message.Text("id");
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id })
        {
            ResponseId = id,
            ModelId = message.Text("model"),
            FinishReason = FinishReason(message.Text("stop_reason")),
            RawRepresentation = message,
        };
        if (message.Member("usage") is { } usage && AnthropicUsageReader.Read(usage) is { } tokens)
        {
            response.Usage = Usage(tokens);
        }

        if (message.Text("stop_sequence") is { } stop)
        {
            response.AdditionalProperties = new() { ["stop_sequence"] = stop };
        }

        return response;
    }

    private static ProviderException Malformed(Exception? inner) =>
        new(ProviderId.Anthropic, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);
}
