using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>What a message body says about itself, read without building its content.</summary>
internal sealed record AnthropicMessageHead(string? Id, string? Model, string? StopReason, TokenUsage? Usage, string? ServiceTier)
{
    /// <summary>Reads a body; null when it is not JSON, or not a message.</summary>
    public static AnthropicMessageHead? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = AnthropicRequestRenderer.MaxDepth });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AnthropicMessageHead? Read(ref Utf8JsonReader reader)
    {
        string? id = null, model = null, stopReason = null, tier = null;
        TokenUsage? usage = null;
        var isMessage = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                var element = JsonElement.ParseValue(ref reader);
                usage = AnthropicUsageReader.Read(element);
                tier = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("service_tier", out var t) && t.ValueKind == JsonValueKind.String
                    ? t.GetString()
                    : null;
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                isMessage |= reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = Text(ref reader);
            }
            else if (reader.ValueTextEquals("stop_reason"u8))
            {
                stopReason = Text(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // An error body has no content; reading on checks that nothing follows the object.
        return isMessage && reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? new AnthropicMessageHead(id, model, stopReason, usage, tier) : null;
    }

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
}
