using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>One line of results to what it means for its item: <c>{"key":"...","response":{...}}</c> or <c>{"key":"...","error":{...}}</c>. Never throws for what a line holds.</summary>
/// <remarks>Source: https://ai.google.dev/gemini-api/docs/batch-api, read 2026-11-20 ("a GenerateContentResponse or a status object").</remarks>
internal static class GeminiBatchLineReader
{
    /// <summary>Reads a line; one that cannot be read says so, and whose it is when that much can be read.</summary>
    public static BatchLine Read(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            return Read(document.RootElement, number);
        }
        catch (JsonException)
        {
            return UnansweredLine.Unreadable(Salvage(line.Span), number);
        }
    }

    /// <summary>Reads a line that is parsed.</summary>
    public static BatchLine Read(JsonElement root, long number)
    {
        var key = root.Text("key") ?? root.Object("metadata")?.Text("key");
        if (key is not { Length: > 0 })
        {
            return UnansweredLine.Unreadable(null, number);
        }

        if (root.Object("response") is { } response)
        {
            // A response that is an error, as a status object may stand in either place.
            return response.Object("error") is { } inner ? UnansweredLine.Failed(GeminiErrorReader.Read(FailureStage.Item, inner), key, number)
                : GeminiResponseReader.ReadAnswer(response, JsonMarshal.GetRawUtf8Value(response).ToArray()) is { } answer
                    ? new BatchLine { LineNumber = number, Kind = BatchLineKind.Answered, CustomId = key, Answer = answer }
                    : UnansweredLine.Unreadable(key, number);
        }

        return (root.Object("error") ?? root.Object("status")) is { } error
            ? UnansweredLine.Failed(GeminiErrorReader.Read(FailureStage.Item, error), key, number)
            : UnansweredLine.Unreadable(key, number);
    }

    /// <summary>The key of a line that breaks off later.</summary>
    private static string? Salvage(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = GeminiRequestRenderer.MaxDepth }));
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("key"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Broken before the key.
        }

        return null;
    }
}
