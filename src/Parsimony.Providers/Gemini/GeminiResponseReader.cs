using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A <c>GenerateContentResponse</c> to answers and chat responses. Nothing of a body is dropped: it stays whole in the raw representation.</summary>
/// <remarks>Shape: https://ai.google.dev/api/generate-content#GenerateContentResponse, read 2026-11-21.</remarks>
internal sealed class GeminiResponseReader(GeminiFlavour flavour)
{
    /// <summary>The answer of a body; null when it is no answer. Keeps <paramref name="body"/>, which the caller must own.</summary>
    public static Answer? ReadAnswer(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            return ReadAnswer(document.RootElement, body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The answer of a body that is parsed.</summary>
    public static Answer? ReadAnswer(JsonElement root, ReadOnlyMemory<byte> body)
    {
        if (!IsAnswer(root))
        {
            return null;
        }

        var tier = root.Object("usageMetadata")?.Text("serviceTier");
        return new Answer
        {
            Body = body,
            Usage = GeminiUsageReader.ReadFrom(root),
            FinishReason = FinishReason(root),
            ProviderReference = root.Text("responseId"),
            Model = root.Text("modelVersion"),
            ServiceTier = tier,
            Route = ServedTier.RouteOf(tier),
        };
    }

    /// <summary>How a live call ended whose reply was of 2xx.</summary>
    public static LiveOutcome ReadOutcome(ReadOnlyMemory<byte> body) => ReadAnswer(body) is { } answer
        ? new LiveOutcome.Answered(answer)
        : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));

    /// <summary>The chat response of a body.</summary>
    /// <exception cref="ProviderException">It is none.</exception>
    public ChatResponse ReadChat(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            return Read(JsonElement.ParseValue(ref reader));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw flavour.Malformed(e);
        }
    }

    /// <summary>Why a body's answer ended; a blocked prompt has no answer to end, and says so at the top.</summary>
    public static string? FinishReason(JsonElement root)
    {
        foreach (var candidate in root.Items("candidates"))
        {
            return GeminiFinishReasons.Word(candidate.Text("finishReason"), Parts(candidate).Any(part => part.Object("functionCall") is not null));
        }

        return BlockReason(root) is null ? null : "content_filter";
    }

    /// <summary>Why the prompt was blocked; null when it was not.</summary>
    public static string? BlockReason(JsonElement root) => root.Object("promptFeedback")?.Text("blockReason");

    /// <summary>The parts of a candidate's content.</summary>
    public static IEnumerable<JsonElement> Parts(JsonElement candidate) =>
        candidate.Object("content") is { } content ? content.Items("parts").Where(part => part.ValueKind == JsonValueKind.Object) : [];

    /// <summary>What stands for a blocked prompt: the provider's short word, never the prompt.</summary>
    public static ErrorContent Blocked(string reason) => new("The prompt was blocked.") { ErrorCode = reason };

    private static bool IsAnswer(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.Member("error") is null
        && (root.Member("candidates") is { ValueKind: JsonValueKind.Array } || root.Object("promptFeedback") is not null
            || root.Object("usageMetadata") is not null || GeminiEmbeddingReader.IsEmbedding(root));

    private ChatResponse Read(JsonElement root)
    {
        if (!IsAnswer(root))
        {
            throw flavour.Malformed();
        }

        var id = root.Text("responseId");
        List<ChatMessage> messages = [.. root.Items("candidates").Select(candidate => ReadCandidate(candidate, id))];
        if (BlockReason(root) is { } reason)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, [Blocked(reason)]));
        }

        return new ChatResponse(messages)
        {
            ResponseId = id,
            ModelId = root.Text("modelVersion"),
            CreatedAt = GeminiNumbers.Time(root, "createTime"),
            FinishReason = FinishReason(root) is { } word ? new ChatFinishReason(word) : null,
            Usage = GeminiUsageReader.Details(GeminiUsageReader.ReadFrom(root)),
            RawRepresentation = root,
        };
    }

    private ChatMessage ReadCandidate(JsonElement candidate, string? id)
    {
        var reader = new GeminiPartReader(flavour);
        return new ChatMessage(ChatRole.Assistant, [.. Parts(candidate).SelectMany(part => reader.Read(part, id))]) { MessageId = id, RawRepresentation = candidate };
    }
}
