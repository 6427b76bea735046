using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A streamed chat to updates: texts and thoughts as they come, whole tool calls, the usage at the end (https://docs.cohere.com/v2/docs/streaming and .../tool-use-streaming, read 2026-11-21).</summary>
internal sealed class CohereStreamReader
{
    private readonly SortedDictionary<long, Call> _calls = [];
    private string? _id;
    private bool _isDone;

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }

    /// <summary>Reads to the event that ends the message.</summary>
    /// <exception cref="ProviderException">The stream broke off, says that it failed, or cannot be read.</exception>
    public static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new CohereStreamReader();
        await foreach (var (_, data) in ServerSentEvents.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (data.Length > 0 && data != "[DONE]" && reader.Read(data) is { } update)
            {
                yield return update;
            }

            if (reader._isDone)
            {
                yield break;
            }
        }

        throw Failed(FailureCause.Transport);
    }

    private ChatResponseUpdate? Read(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data, CohereResponseReader.Options);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Failed(FailureCause.Malformed, e);
        }
    }

    private ChatResponseUpdate? Read(JsonElement e)
    {
        _id ??= e.Text("id");
        var message = e.Object("delta")?.Object("message") ?? default;
        switch (e.Text("type"))
        {
            case "content-start" or "content-delta":
                return Piece(message.Object("content") ?? default);
            case "tool-plan-delta":
                return message.Text("tool_plan") is { Length: > 0 } plan ? Update(new TextReasoningContent(plan) { ProtectedData = CohereMessageWriter.PlanMark }) : null;
            case "tool-call-start" or "tool-call-delta":
                // An object, where whole answers have a list; either is read.
                Collect(e.Count("index") ?? 0, message.Object("tool_calls") ?? message.Items("tool_calls").FirstOrDefault());
                return null;
            case "citation-start" when message.Object("citations") is { } citation:
                return Update(new TextContent("") { Annotations = [CohereResponseReader.Citation(citation)] });
            case "message-end":
                return End(e.Object("delta") ?? default);
            default:
                return null;
        }
    }

    private ChatResponseUpdate? Piece(JsonElement content) =>
        content.Text("thinking") is { Length: > 0 } thought ? Update(new TextReasoningContent(thought))
        : content.Text("text") is { Length: > 0 } text ? Update(new TextContent(text))
        : null;

    private void Collect(long index, JsonElement part)
    {
        if (!_calls.TryGetValue(index, out var call))
        {
            _calls[index] = call = new Call();
        }

        var function = part.Object("function");
        call.Id ??= part.Text("id");
        call.Name ??= function?.Text("name");
        call.Arguments.Append(function?.Text("arguments"));
    }

    private ChatResponseUpdate End(JsonElement delta)
    {
        _isDone = true;
        var reason = delta.Text("finish_reason");
        if (CohereResponseReader.FailureOf(reason) is { } cause)
        {
            throw Failed(cause);
        }

        var update = Update([.. _calls.Values.Select(call => OpenAIResponseReader.Call(call.Id, call.Name, call.Arguments.ToString()))]);
        update.FinishReason = OpenAIResponseReader.Finish(CohereResponseReader.Word(reason));
        if (OpenAIResponseReader.Usage(CohereUsageReader.Read(delta.Object("usage"))) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    private ChatResponseUpdate Update(params AIContent[] contents) => new(ChatRole.Assistant, [.. contents]) { ResponseId = _id, MessageId = _id };

    private static ProviderException Failed(FailureCause cause, Exception? inner = null) => new(ProviderId.Cohere, new ProviderFailure(FailureStage.Send, cause), inner);
}
