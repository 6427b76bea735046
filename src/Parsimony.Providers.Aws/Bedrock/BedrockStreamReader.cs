using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>Events of one ConverseStream to updates. Text and reasoning come as they arrive, tool calls when complete, usage at the end.</summary>
/// <remarks>Events: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html, read 2026-11-21. Unknown events are skipped.</remarks>
internal sealed class BedrockStreamReader
{
    private readonly Dictionary<long, OpenCall> _calls = [];
    private string? _stopReason;
    private TokenUsage? _usage;

    /// <summary>Whether the answer is whole; usage may still follow.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>What one message adds; null for nothing.</summary>
    /// <exception cref="ProviderException">The message is an exception, or cannot be read.</exception>
    public ChatResponseUpdate? Read(EventMessage message)
    {
        if (message.Kind != "event")
        {
            throw new ProviderException(ProviderId.Bedrock, BedrockErrorReader.Read(FailureStage.Send, message.Name));
        }

        try
        {
            using var document = JsonDocument.Parse(message.Payload, BedrockResponseReader.Options);
            return Read(message.Name, document.RootElement);
        }
        catch (JsonException e)
        {
            throw Failed(FailureCause.Malformed, e);
        }
    }

    /// <summary>The last update: why it stopped, and what it cost.</summary>
    public ChatResponseUpdate End()
    {
        var update = Update();
        update.FinishReason = BedrockResponseReader.FinishReason(_stopReason);
        if (_usage is { } usage)
        {
            update.Contents.Add(new UsageContent(AnthropicResponseReader.Usage(usage)));
        }

        return update;
    }

    /// <summary>A failure of the running call.</summary>
    public static ProviderException Failed(FailureCause cause, Exception? inner = null) =>
        new(ProviderId.Bedrock, new ProviderFailure(FailureStage.Send, cause), inner);

    private ChatResponseUpdate? Read(string name, JsonElement e)
    {
        var index = e.Count("contentBlockIndex") ?? 0;
        switch (name)
        {
            case "contentBlockStart" when e.Object("start")?.Object("toolUse") is { } call:
                _calls[index] = new OpenCall(call.Text("toolUseId"), call.Text("name"), new StringBuilder());
                return null;
            case "contentBlockDelta" when e.Object("delta") is { } delta:
                return Delta(index, delta);
            case "contentBlockStop":
                return _calls.Remove(index, out var open) ? Update(AnthropicBlockReader.Call(open.Id, open.Name, Input(open.Input.ToString()))) : null;
            case "messageStop":
                _stopReason = e.Text("stopReason");
                IsStopped = true;
                return null;
            case "metadata":
                _usage = e.Object("usage") is { } usage ? BedrockUsageReader.Read(usage) : null;
                return null;
            default:
                return null;
        }
    }

    private ChatResponseUpdate? Delta(long index, JsonElement delta)
    {
        if (delta.Text("text") is { } text)
        {
            return Update(new TextContent(text));
        }

        if (delta.Object("toolUse")?.Text("input") is { } input)
        {
            if (_calls.TryGetValue(index, out var open))
            {
                open.Input.Append(input);
            }

            return null;
        }

        return delta.Object("reasoningContent") is { } reasoning
            ? Update(new TextReasoningContent(reasoning.Text("text") ?? "")
            {
                ProtectedData = reasoning.Text("signature") ?? (reasoning.Text("redactedContent") is { } hidden ? BedrockPartWriter.RedactedMark + hidden : null),
            })
            : null;
    }

    // A call cut by the output limit has half its arguments: they are handed on as text, not lost with the rest of the answer.
    private static JsonElement? Input(string json)
    {
        if (json.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(json, BedrockJson.Default.String);
        }
    }

    private static ChatResponseUpdate Update(params AIContent[] contents) => new(ChatRole.Assistant, [.. contents]);

    private readonly record struct OpenCall(string? Id, string? Name, StringBuilder Input);
}
