using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Bodies of <c>/api/chat</c> and <c>/api/embed</c> to answers, chat responses and vectors.</summary>
internal static class OllamaResponseReader
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>What a reply of 2xx means.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static LiveOutcome ReadOutcome(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        // An error is the end of it, and a server that computes bills nothing.
        return root.Text("error") is not null ? new LiveOutcome.Refused(OllamaErrorReader.Read(FailureStage.Send, root))
            : IsChat(root) || root.Member("embeddings") is { ValueKind: JsonValueKind.Array } ? new LiveOutcome.Answered(ReadAnswer(root, body))
            : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));
    }

    /// <summary>Reads a chat's body.</summary>
    /// <exception cref="ProviderException">It is none.</exception>
    public static ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var root = document.RootElement;
            if (!IsChat(root))
            {
                throw Malformed();
            }

            var answer = ReadAnswer(root, body);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, Contents(root.Object("message") ?? default, firstCall: 0)))
            {
                ModelId = answer.Model,
                CreatedAt = CreatedAt(root),
                FinishReason = OpenAIResponseReader.Finish(answer.FinishReason),
                Usage = OpenAIResponseReader.Usage(answer.Usage),
            };
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Reads every vector of an embedding's body, with what was used.</summary>
    /// <exception cref="ProviderException">It holds none.</exception>
    public static (IReadOnlyList<Embedding<float>> Vectors, TokenUsage? Usage) ReadEmbeddings(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.Member("embeddings") is not { ValueKind: JsonValueKind.Array })
            {
                throw Malformed();
            }

            return ([.. root.Items("embeddings").Select(vector => new Embedding<float>(vector.EnumerateArray().Select(number => number.GetSingle()).ToArray()) { ModelId = root.Text("model") })],
                OllamaUsageReader.Read(root));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>What a message, or a stream's piece of one, says: thoughts, text, calls.</summary>
    /// <param name="message">The message.</param>
    /// <param name="firstCall">How many calls came before: servers that give no ids get numbered ones.</param>
    public static List<AIContent> Contents(JsonElement message, int firstCall)
    {
        var contents = new List<AIContent>();
        if (message.Text("thinking") is { Length: > 0 } thoughts)
        {
            contents.Add(new TextReasoningContent(thoughts));
        }

        if (message.Text("content") is { Length: > 0 } text)
        {
            contents.Add(new TextContent(text));
        }

        foreach (var (index, call) in message.Items("tool_calls").Index())
        {
            var function = call.Object("function");
            contents.Add(OpenAIResponseReader.Call(
                call.Text("id") is { Length: > 0 } id ? id : FormattableString.Invariant($"call_{firstCall + index}"),
                function?.Text("name"),
                function?.Member("arguments")?.GetRawText()));
        }

        return contents;
    }

    /// <summary>Our word for the reason an answer ended: there is none for a call of a tool.</summary>
    public static string? Reason(string? doneReason, bool hasCalls) => hasCalls && doneReason is (null or "stop") ? "tool_calls" : doneReason;

    public static DateTimeOffset? CreatedAt(JsonElement root) =>
        DateTimeOffset.TryParse(root.Text("created_at"), System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : null;

    public static ProviderException Malformed(Exception? inner = null) => new(ProviderId.Ollama, new ProviderFailure(FailureStage.Item, FailureCause.Malformed), inner);

    private static bool IsChat(JsonElement root) => root.Object("message") is not null && root.Member("done") is not { ValueKind: JsonValueKind.False };

    private static Answer ReadAnswer(JsonElement root, ReadOnlyMemory<byte> body) => new()
    {
        Body = body,
        Usage = OllamaUsageReader.Read(root),
        FinishReason = root.Object("message") is { } message ? Reason(root.Text("done_reason"), message.Items("tool_calls").Any()) : null,
        Model = root.Text("model"),
    };
}
