using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>One line of an output or error file to what it means for its item.</summary>
internal static class OpenAIBatchLineReader
{
    /// <summary>Reads a line; one that cannot be read says so, and whose it is when that much can be read.</summary>
    public static BatchLine Read(ReadOnlyMemory<byte> line, long number, OpenAIProfile profile)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 512 });
            var root = document.RootElement;
            var customId = root.Text("custom_id") is { Length: > 0 } id ? id : null;
            return customId is null ? UnansweredLine.Unreadable(null, number) : ReadItem(root, customId, number, profile);
        }
        catch (JsonException)
        {
            return UnansweredLine.Unreadable(Salvage(line.Span), number);
        }
    }

    private static BatchLine ReadItem(JsonElement root, string customId, long number, OpenAIProfile profile)
    {
        var error = root.Object("error");
        if (root.Object("response") is not { } response)
        {
            return UnansweredLine.Failed(OpenAIErrorReader.Read(FailureStage.Item, null, error, FailureCause.ServerError), customId, number);
        }

        var status = response.Count("status_code");
        var body = response.Object("body");
        if (status != 200)
        {
            // A status of 0, or none, was seen in batches that call themselves completed: nothing was answered, so nothing is billed.
            int? known = status is > 0 and < 1000 ? (int)status : null;
            return UnansweredLine.Failed(OpenAIErrorReader.Read(FailureStage.Item, known, body?.Object("error") ?? error, FailureCause.ServerError), customId, number);
        }

        if (body is not { } answer)
        {
            return UnansweredLine.Unreadable(customId, number);
        }

        return OpenAIAnswerReader.FailureIn(answer, FailureStage.Item) is { } failure
            ? UnansweredLine.Failed(failure, customId, number)
            : new BatchLine
            {
                LineNumber = number,
                Kind = BatchLineKind.Answered,
                CustomId = customId,
                Answer = OpenAIAnswerReader.Read(answer, JsonMarshal.GetRawUtf8Value(answer).ToArray(), profile),
            };
    }

    /// <summary>The custom id of a line that breaks off later.</summary>
    private static string? Salvage(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, state: default);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("custom_id"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Broken before the id.
        }

        return null;
    }
}
