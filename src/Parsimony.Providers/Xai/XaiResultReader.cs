using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>One result of a page to what it means for its item.</summary>
internal static class XaiResultReader
{
    /// <summary>Reads a result; one that cannot be read says so, and whose it is when that much can be read.</summary>
    public static BatchLine Read(JsonElement item, long number)
    {
        var customId = item.Text("batch_request_id") is { Length: > 0 } id ? id : null;
        if (customId is not null && XaiErrorReader.ReadItem(item) is { } failure)
        {
            return UnansweredLine.Failed(failure, customId, number);
        }

        if (customId is null || Body(item) is not { } body)
        {
            return UnansweredLine.Unreadable(customId, number);
        }

        if (OpenAIAnswerReader.FailureIn(body, FailureStage.Item) is { } said)
        {
            return UnansweredLine.Failed(said, customId, number);
        }

        // A body can say an error as a text, beside a code.
        if (body.Text("error") is { Length: > 0 } && body.Member("choices") is null)
        {
            return UnansweredLine.Failed(new ProviderFailure(FailureStage.Item, FailureCause.ServerError, ProviderCode: ProviderFailure.SafeCode(body.Text("code"))), customId, number);
        }

        return new BatchLine
        {
            LineNumber = number,
            Kind = BatchLineKind.Answered,
            CustomId = customId,
            Answer = OpenAIAnswerReader.Read(body, JsonMarshal.GetRawUtf8Value(body).ToArray(), XaiProfile.Profile),
        };
    }

    /// <summary>The answer: the one value of a map named after the endpoint. What was asked as a response was seen to come back as a chat completion.</summary>
    private static JsonElement? Body(JsonElement item)
    {
        if (item.Object("batch_result")?.Object("response") is not { } response)
        {
            return null;
        }

        foreach (var member in response.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                return member.Value;
            }
        }

        return null;
    }
}
