using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Reads result lines: <c>{"custom_id":"...","result":{"type":"...", ...}}</c>. Never throws for what a line holds.</summary>
/// <remarks>Shapes: platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-11-20.</remarks>
internal static class AnthropicLineReader
{
    /// <summary>One line; the answer's body is copied out of <paramref name="line"/>, which may be reused.</summary>
    public static BatchLine Read(long number, ReadOnlySpan<byte> line)
    {
        var parts = default(Parts);
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
            Scan(ref reader, ref parts);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was read before the fault still tells whose line it is.
            return UnansweredLine.Unreadable(parts.CustomId, number);
        }

        return parts.Type switch
        {
            "succeeded" => Succeeded(number, parts, line),
            "errored" => Without(number, parts, BatchLineKind.Failed, AnthropicErrorReader.Cause(parts.Error) ?? FailureCause.ServerError),
            "canceled" or "cancelled" => Without(number, parts, BatchLineKind.Cancelled, FailureCause.Cancelled),
            "expired" => Without(number, parts, BatchLineKind.Expired, FailureCause.Expired),
            _ => UnansweredLine.Unreadable(parts.CustomId, number),
        };
    }

    private static BatchLine Succeeded(long number, Parts parts, ReadOnlySpan<byte> line)
    {
        if (parts.CustomId is null || parts.Message.Equals(default) || AnthropicResponseReader.ReadAnswer(line[parts.Message].ToArray()) is not { } answer)
        {
            return UnansweredLine.Unreadable(parts.CustomId, number);
        }

        return new BatchLine { LineNumber = number, Kind = BatchLineKind.Answered, CustomId = parts.CustomId, Answer = answer };
    }

    private static BatchLine Without(long number, Parts parts, BatchLineKind kind, FailureCause cause) => new()
    {
        LineNumber = number,
        Kind = parts.CustomId is null ? BatchLineKind.Unreadable : kind,
        CustomId = parts.CustomId,
        Failure = new ProviderFailure(FailureStage.Item, parts.CustomId is null ? FailureCause.Malformed : cause, ProviderCode: ProviderFailure.SafeCode(parts.Error)),
    };

    private static void Scan(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("custom_id"u8))
            {
                parts.CustomId = Text(ref reader);
            }
            else if (reader.ValueTextEquals("result"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                ScanResult(ref reader, ref parts);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read();
    }

    private static void ScanResult(ref Utf8JsonReader reader, ref Parts parts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                parts.Type = Text(ref reader);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                reader.Skip();
                parts.Message = isObject ? start..(int)reader.BytesConsumed : default;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                parts.Error = InnerType(JsonElement.ParseValue(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // The error is nested twice and the inner type decides; an outer type of "error" says nothing.
    private static string? InnerType(JsonElement error) =>
        error.Object("error") is { } inner ? InnerType(inner) ?? inner.Text("type") : error.Text("type") is { } type && type != "error" ? type : null;

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private record struct Parts(string? CustomId, string? Type, Range Message, string? Error);
}
