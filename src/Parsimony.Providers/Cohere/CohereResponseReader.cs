using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Bodies of <c>/v2/chat</c> and <c>/v2/embed</c> to answers, chat responses and vectors.</summary>
internal static class CohereResponseReader
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>What a reply of 2xx means.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static LiveOutcome ReadOutcome(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        if (root.Object("message") is null && root.Object("embeddings") is null)
        {
            return new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));
        }

        if (FailureOf(root.Text("finish_reason")) is not { } cause)
        {
            return new LiveOutcome.Answered(ReadAnswer(root, body));
        }

        // Broken off on their side: only what was not billed is known to have cost nothing.
        var failure = new ProviderFailure(FailureStage.Send, cause, 200);
        return CohereUsageReader.Read(root.Object("usage")) is { TotalInput: 0, TotalOutput: 0 } ? new LiveOutcome.Refused(failure) : new LiveOutcome.Uncertain(failure);
    }

    /// <summary>Reads a chat's body.</summary>
    /// <exception cref="ProviderException">It is none.</exception>
    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var root = document.RootElement;
            if (root.Object("message") is not { } message)
            {
                throw Malformed();
            }

            var answer = ReadAnswer(root, body);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, Contents(message)))
            {
                ResponseId = answer.ProviderReference,
                FinishReason = OpenAIResponseReader.Finish(answer.FinishReason),
                Usage = OpenAIResponseReader.Usage(answer.Usage),
            };
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Reads every vector of an embedding's body, with what was billed.</summary>
    /// <exception cref="ProviderException">It holds none.</exception>
    public static (IReadOnlyList<Embedding<float>> Vectors, TokenUsage? Usage) ReadEmbeddings(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var types = root.Object("embeddings") ?? throw Malformed();
            // One list a type; callers who ask for several raw get the most exact that is there.
            var list = types.Member("float") ?? types.EnumerateObject().FirstOrDefault(type => type.Value.ValueKind == JsonValueKind.Array).Value;
            return list.ValueKind == JsonValueKind.Array
                ? ([.. list.EnumerateArray().Select(vector => new Embedding<float>(Vector(vector)))], CohereUsageReader.Read(root.Object("meta")))
                : throw Malformed();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Our word for a finish reason of theirs.</summary>
    public static string? Word(string? reason) => reason switch
    {
        "COMPLETE" or "STOP_SEQUENCE" => "stop",
        "MAX_TOKENS" or "ERROR_LIMIT" => "length",
        "TOOL_CALL" => "tool_calls",
        "ERROR_TOXIC" => "content_filter",
        _ => reason?.ToLowerInvariant(),
    };

    /// <summary>The cause of an answer that is none; null for one that is.</summary>
    public static FailureCause? FailureOf(string? reason) => reason switch
    {
        "ERROR" => FailureCause.ServerError,
        "TIMEOUT" => FailureCause.Timeout,
        _ => null,
    };

    /// <summary>A source that was cited.</summary>
    public static CitationAnnotation Citation(JsonElement citation) => new()
    {
        Snippet = citation.Text("text"),
        Title = citation.Items("sources").Select(source => source.Object("document")?.Text("title") ?? source.Text("id")).FirstOrDefault(title => title is not null),
        RawRepresentation = citation.Clone(),
    };

    public static ProviderException Malformed(Exception? inner = null) => new(ProviderId.Cohere, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);

    private static Answer ReadAnswer(JsonElement root, ReadOnlyMemory<byte> body) => new()
    {
        Body = body,
        Usage = CohereUsageReader.Read(root.Object("usage") ?? root.Object("meta")),
        FinishReason = Word(root.Text("finish_reason")),
        ProviderReference = root.Text("id"),
    };

    private static List<AIContent> Contents(JsonElement message)
    {
        var contents = new List<AIContent>();
        if (message.Text("tool_plan") is { Length: > 0 } plan)
        {
            contents.Add(new TextReasoningContent(plan) { ProtectedData = CohereMessageWriter.PlanMark });
        }

        foreach (var part in message.Items("content"))
        {
            if (part.Text("thinking") is { Length: > 0 } thoughts)
            {
                contents.Add(new TextReasoningContent(thoughts));
            }

            if (part.Text("text") is { Length: > 0 } text)
            {
                contents.Add(new TextContent(text));
            }
        }

        List<AIAnnotation> citations = [.. message.Items("citations").Select(Citation)];
        if (citations.Count > 0 && contents.OfType<TextContent>().LastOrDefault() is { } cited)
        {
            cited.Annotations = citations;
        }

        foreach (var call in message.Items("tool_calls"))
        {
            var function = call.Object("function");
            contents.Add(OpenAIResponseReader.Call(call.Text("id"), function?.Text("name"), function?.Text("arguments")));
        }

        return contents;
    }

    private static float[] Vector(JsonElement vector) => vector.ValueKind == JsonValueKind.String
        ? MemoryMarshal.Cast<byte, float>(vector.GetBytesFromBase64()).ToArray()
        : [.. vector.EnumerateArray().Select(number => number.GetSingle())];
}
