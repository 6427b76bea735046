using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Events of one streamed answer to updates. Text and thinking come as they arrive, tool calls when complete, usage at the end.</summary>
/// <remarks>Events: platform.claude.com/docs/en/build-with-claude/streaming, read 2026-11-21. Unknown events are skipped, as that page asks.</remarks>
/// <param name="provider">Who was called: failures name it.</param>
internal sealed class AnthropicStreamReader(ProviderId provider)
{
    private readonly Dictionary<long, OpenBlock> _blocks = [];
    private string? _id;
    private string? _model;
    private string? _stopReason;
    private TokenUsage? _usage;
    private bool _isComplete;

    /// <summary>Reads a whole stream.</summary>
    /// <exception cref="ProviderException">It says an error, cannot be read, or ends before its last event.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, data) in ServerSentEvents.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (data.Length > 0 && Read(data) is { } update)
            {
                yield return update;
            }

            if (_isComplete)
            {
                yield break;
            }
        }

        throw Failed(FailureCause.Transport);
    }

    /// <summary>What one event adds; null for nothing.</summary>
    private ChatResponseUpdate? Read(string data)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(data), new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
            return Read(JsonElement.ParseValue(ref reader));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Failed(FailureCause.Malformed, null, e);
        }
    }

    /// <summary>A failure of the running call.</summary>
    private ProviderException Failed(FailureCause cause, string? code = null, Exception? inner = null) =>
        new(provider, new ProviderFailure(FailureStage.Send, cause, ProviderCode: ProviderFailure.SafeCode(code)), inner);

    private ChatResponseUpdate? Read(JsonElement e)
    {
        switch (e.Text("type"))
        {
            case "message_start" when e.Object("message") is { } message:
                _id = message.Text("id");
                _model = message.Text("model");
                Count(message);
                return Update();
            case "content_block_start" when e.Object("content_block") is { } start:
                return Start(e.Count("index") ?? 0, start);
            case "content_block_delta" when e.Object("delta") is { } delta:
                return Delta(e.Count("index") ?? 0, delta);
            case "content_block_stop":
                return Stop(e.Count("index") ?? 0);
            case "message_delta":
                _stopReason = e.Object("delta")?.Text("stop_reason") ?? _stopReason;
                Count(e);
                return null;
            case "message_stop":
                _isComplete = true;
                return End();
            case "error":
                var type = e.Object("error")?.Text("type");
                throw Failed(AnthropicErrorReader.Cause(type) ?? FailureCause.ServerError, type);
            default:
                return null;
        }
    }

    private void Count(JsonElement owner)
    {
        if (owner.Object("usage") is { } usage)
        {
            _usage = AnthropicUsageReader.Merge(_usage, usage);
        }
    }

    private ChatResponseUpdate? Start(long index, JsonElement start)
    {
        switch (start.Text("type"))
        {
            case "text" or "thinking":
                return start.Text("text") is { Length: > 0 } text ? Update(new TextContent(text)) : null;
            case "redacted_thinking":
                return Update(AnthropicBlockReader.Read(start));
            default:
                _blocks[index] = new OpenBlock(start, new StringBuilder());
                return null;
        }
    }

    private ChatResponseUpdate? Delta(long index, JsonElement delta)
    {
        switch (delta.Text("type"))
        {
            case "text_delta":
                return Update(new TextContent(delta.Text("text") ?? ""));
            case "thinking_delta":
                return Update(new TextReasoningContent(delta.Text("thinking") ?? ""));
            case "signature_delta":
                return Update(new TextReasoningContent("") { ProtectedData = delta.Text("signature") });
            case "citations_delta" when delta.Object("citation") is { } citation:
                return Update(new TextContent("") { Annotations = [AnthropicBlockReader.Citation(citation)] });
            case "input_json_delta":
                if (_blocks.TryGetValue(index, out var block))
                {
                    block.Input.Append(delta.Text("partial_json"));
                }

                return null;
            default:
                return null;
        }
    }

    private ChatResponseUpdate? Stop(long index)
    {
        if (!_blocks.Remove(index, out var block))
        {
            return null;
        }

        if (block.Start.Text("type") != "tool_use")
        {
            return Update(AnthropicBlockReader.Read(block.Start));
        }

        var input = block.Input.Length == 0 ? block.Start.Member("input") : Input(block.Input.ToString());
        return Update(AnthropicBlockReader.Call(block.Start.Text("id"), block.Start.Text("name"), input));
    }

    // A call cut by the output limit has half its arguments: they are handed on as text, not lost with the rest of the answer.
    private static JsonElement Input(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(json, AnthropicJson.Default.String);
        }
    }

    private ChatResponseUpdate End()
    {
        var update = Update();
        update.FinishReason = AnthropicResponseReader.FinishReason(_stopReason);
        if (_usage is { } usage)
        {
            update.Contents.Add(new UsageContent(AnthropicResponseReader.Usage(usage)));
        }

        return update;
    }

    private ChatResponseUpdate Update(params AIContent[] contents) => new(ChatRole.Assistant, [.. contents])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
    };

    private readonly record struct OpenBlock(JsonElement Start, StringBuilder Input);
}
