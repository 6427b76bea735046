using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A chat completion or response body to a <see cref="ChatResponse"/>.</summary>
internal static class OpenAIResponseReader
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>Reads either shape.</summary>
    /// <exception cref="ProviderException">The body is neither.</exception>
    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body, OpenAIProfile profile)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var root = document.RootElement;
            var isResponse = root.Text("object") == "response" || root.Member("output") is { ValueKind: JsonValueKind.Array };
            if (!isResponse && root.Member("choices") is not { ValueKind: JsonValueKind.Array })
            {
                throw Malformed(profile.Id);
            }

            var answer = OpenAIAnswerReader.Read(root, body, profile);
            var response = new ChatResponse(isResponse ? OpenAIOutputReader.Read(root) : [.. root.Items("choices").Select(ReadChoice)])
            {
                ResponseId = answer.ProviderReference,
                ModelId = answer.Model,
                CreatedAt = (root.Count("created") ?? root.Count("created_at")) is { } seconds and > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
                FinishReason = Finish(answer.FinishReason),
                Usage = Usage(answer.Usage),
            };
            Note(response, root, "service_tier");
            Note(response, root, "system_fingerprint");
            response.AdditionalProperties = ReportedCharge.On(response.AdditionalProperties, answer.ReportedUsd);
            return response;
        }
        catch (JsonException e)
        {
            throw Malformed(profile.Id, e);
        }
    }

    /// <summary>What is thrown for a body that is not what was asked for.</summary>
    public static ProviderException Malformed(ProviderId provider, Exception? inner = null) =>
        new(provider, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);

    /// <summary>Our finish reason word as the framework's.</summary>
    public static ChatFinishReason? Finish(string? word) => word is { Length: > 0 } ? new ChatFinishReason(word) : null;

    /// <summary>Usage in the framework's overlapping counts.</summary>
    public static UsageDetails? Usage(TokenUsage? usage) => usage is not { } known ? null : new UsageDetails
    {
        InputTokenCount = known.TotalInput,
        OutputTokenCount = known.TotalOutput,
        TotalTokenCount = known.TotalInput + known.TotalOutput,
        CachedInputTokenCount = known.CacheRead,
        ReasoningTokenCount = known.Reasoning,
        AdditionalCounts = known.CacheWriteShort > 0 ? new() { ["cache_write_tokens"] = known.CacheWriteShort } : null,
    };

    /// <summary>A tool call; arguments that are no JSON object are told as the content's exception, not lost.</summary>
    public static FunctionCallContent Call(string? id, string? name, string? arguments) =>
        FunctionCallContent.CreateFromParsedArguments(arguments is { Length: > 0 } ? arguments : "{}", id ?? "", name ?? "", ReadArguments);

    /// <summary>The texts and citations of a message's content: a string, or parts.</summary>
    public static void AddText(List<AIContent> contents, string? text, IEnumerable<JsonElement> annotations)
    {
        if (text is not { Length: > 0 })
        {
            return;
        }

        var content = new TextContent(text);
        foreach (var cited in annotations.Where(a => a.Text("type") == "url_citation").Select(a => a.Object("url_citation") ?? a))
        {
            content.Annotations ??= [];
            content.Annotations.Add(new CitationAnnotation
            {
                Title = cited.Text("title"),
                Url = Uri.TryCreate(cited.Text("url"), UriKind.Absolute, out var url) ? url : null,
            });
        }

        contents.Add(content);
    }

    /// <summary>What a message, or a stream's piece of one, says: a string, or parts, of which Mistral's <c>thinking</c> ones are reasoning.</summary>
    public static void AddContent(List<AIContent> contents, JsonElement message)
    {
        AddText(contents, message.Text("content"), message.Items("annotations"));
        foreach (var part in message.Items("content").Where(p => p.ValueKind == JsonValueKind.Object))
        {
            if (part.Text("type") == "thinking")
            {
                // A string in older answers, a list of texts and references since (https://docs.mistral.ai/capabilities/reasoning, read 2026-11-21).
                var thought = part.Text("thinking") ?? string.Concat(part.Items("thinking").Select(piece => piece.Text("text")));
                if (thought.Length > 0)
                {
                    contents.Add(new TextReasoningContent(thought));
                }
            }
            else
            {
                AddText(contents, part.Text("text"), part.Items("annotations"));
            }
        }
    }

    private static Dictionary<string, object?> ReadArguments(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            arguments[member.Name] = member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.Clone();
        }

        return arguments;
    }

    private static ChatMessage ReadChoice(JsonElement choice)
    {
        var contents = new List<AIContent>();
        if (choice.Object("message") is { } message)
        {
            if ((message.Text("reasoning_content") ?? message.Text("reasoning")) is { Length: > 0 } reasoning)
            {
                contents.Add(new TextReasoningContent(reasoning));
            }

            AddContent(contents, message);

            if (message.Text("refusal") is { Length: > 0 } refusal)
            {
                contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
            }

            foreach (var call in message.Items("tool_calls"))
            {
                var function = call.Object("function");
                contents.Add(Call(call.Text("id"), function?.Text("name"), function?.Text("arguments")));
            }
        }

        return new ChatMessage(ChatRole.Assistant, contents);
    }

    private static void Note(ChatResponse response, JsonElement root, string name)
    {
        if (root.Text(name) is { } value)
        {
            (response.AdditionalProperties ??= [])[name] = value;
        }
    }
}
