using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Reads result records: <c>{"recordId":"...","modelInput":{...},"modelOutput":{...}}</c>, or <c>error</c> in the place of the output. Never throws for what a line holds.</summary>
/// <remarks>Shapes: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html, read 2026-11-20. The echoed input is passed over unread.</remarks>
internal static class BedrockLineReader
{
    /// <summary>One line; the answer's body is copied out of <paramref name="line"/>, which may be reused.</summary>
    public static BatchLine Read(long number, ReadOnlySpan<byte> line)
    {
        var parts = default(Parts);
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = BedrockRequestRenderer.MaxDepth });
            Scan(ref reader, ref parts);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was read before the fault still tells whose line it is.
            return UnansweredLine.Unreadable(parts.RecordId, number);
        }

        if (parts.RecordId is null)
        {
            return UnansweredLine.Unreadable(null, number);
        }

        if (parts.Error is { } error)
        {
            return Failed(number, parts.RecordId, error);
        }

        return !parts.Output.Equals(default) && BedrockResponseReader.ReadAnswer(line[parts.Output].ToArray()) is { } answer
            ? new BatchLine { LineNumber = number, Kind = BatchLineKind.Answered, CustomId = parts.RecordId, Answer = answer }
            : UnansweredLine.Unreadable(parts.RecordId, number);
    }

    // UNVERIFIED: beside code and message a member "expired" was seen in a third-party test (langchain4j pull 5797).
    private static BatchLine Failed(long number, string id, JsonElement error)
    {
        var isExpired = error.Member("expired") is { ValueKind: JsonValueKind.True };
        var status = (int?)(error.Count("errorCode") ?? (long.TryParse(error.Text("errorCode"), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null));
        return new BatchLine
        {
            LineNumber = number,
            Kind = isExpired ? BatchLineKind.Expired : BatchLineKind.Failed,
            CustomId = id,
            Failure = isExpired ? new ProviderFailure(FailureStage.Item, FailureCause.Expired)
                : new ProviderFailure(FailureStage.Item, status is { } known ? BedrockErrorReader.Cause(known) : FailureCause.ServerError, status),
        };
    }

    private static void Scan(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("recordId"u8);
            var isOutput = reader.ValueTextEquals("modelOutput"u8);
            var isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String)
            {
                parts.RecordId = reader.GetString();
            }
            else if (isError && reader.TokenType == JsonTokenType.StartObject)
            {
                parts.Error = JsonElement.ParseValue(ref reader);
            }
            else
            {
                var start = (int)reader.TokenStartIndex;
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
                parts.Output = isOutput && isObject ? start..(int)reader.BytesConsumed : parts.Output;
            }
        }

        reader.Read();
    }

    private record struct Parts(string? RecordId, Range Output, JsonElement? Error);
}
