using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>Answer bodies of Converse, of Claude invoked in its own words, and of embeddings, to answers and chat responses.</summary>
/// <remarks>A Converse body holds neither an id nor a model. Shape: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, read 2026-11-21.</remarks>
internal static class BedrockResponseReader
{
    /// <summary>How deep JSON may nest.</summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = BedrockRequestRenderer.MaxDepth };

    /// <summary>The answer of a body; null when it is none. Keeps <paramref name="body"/>, which the caller must own.</summary>
    public static Answer? ReadAnswer(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var root = document.RootElement;
            if (Message(root) is null)
            {
                return BedrockEmbedding.IsOne(root) ? new Answer { Body = body, Usage = BedrockEmbedding.Usage(root) } : AnthropicResponseReader.ReadAnswer(body);
            }

            var tier = root.Object("serviceTier")?.Text("type");
            return new Answer
            {
                Body = body,
                Usage = root.Object("usage") is { } usage ? BedrockUsageReader.Read(usage) : null,
                FinishReason = BedrockStopReasons.Read(root.Text("stopReason")),
                ServiceTier = tier,
                Route = ServedTier.RouteOf(tier),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The chat response of a body.</summary>
    /// <exception cref="ProviderException">It is no answer.</exception>
    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        try
        {
            var root = JsonElement.Parse(body.Span, Options);
            return Message(root) is { } message ? Read(root, message) : AnthropicResponseReader.ReadChat(body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ProviderException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>One content block. Blocks without a counterpart keep their JSON.</summary>
    public static AIContent ReadBlock(JsonElement block)
    {
        AIContent content = block.Text("text") is { } text ? new TextContent(text)
            : block.Object("toolUse") is { } call ? AnthropicBlockReader.Call(call.Text("toolUseId"), call.Text("name"), call.Member("input"))
            : block.Object("reasoningContent") is { } reasoning ? Reasoning(reasoning)
            : new AIContent();
        content.RawRepresentation = block;
        return content;
    }

    /// <summary>The framework's finish reason of a stop reason.</summary>
    public static ChatFinishReason? FinishReason(string? stopReason) =>
        BedrockStopReasons.Read(stopReason) is { Length: > 0 } word ? new ChatFinishReason(word) : null;

    public static ProviderException Malformed(Exception? inner = null) =>
        new(ProviderId.Bedrock, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);

    private static JsonElement? Message(JsonElement root) =>
        root.Object("output")?.Object("message") is { } message && message.Member("content") is { ValueKind: JsonValueKind.Array } ? message : null;

    private static ChatResponse Read(JsonElement root, JsonElement message)
    {
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. message.Items("content").Select(ReadBlock)]))
        {
            FinishReason = FinishReason(root.Text("stopReason")),
            RawRepresentation = root,
        };
        if (root.Object("usage") is { } usage && BedrockUsageReader.Read(usage) is { } tokens)
        {
            response.Usage = AnthropicResponseReader.Usage(tokens);
        }

        return response;
    }

    private static TextReasoningContent Reasoning(JsonElement reasoning) =>
        reasoning.Object("reasoningText") is { } text ? new TextReasoningContent(text.Text("text") ?? "") { ProtectedData = text.Text("signature") }
        : new TextReasoningContent("") { ProtectedData = reasoning.Text("redactedContent") is { } hidden ? BedrockPartWriter.RedactedMark + hidden : null };
}
