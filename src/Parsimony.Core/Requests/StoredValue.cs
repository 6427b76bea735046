using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>Values of any type, as callers put them into arguments, results and additional properties, written as JSON.</summary>
internal static class StoredValue
{
    /// <summary>The value's JSON text.</summary>
    /// <param name="value">JSON, a primitive, or an object whose type the framework's JSON options know.</param>
    /// <param name="place">Where it stands, for the message.</param>
    public static string ToJson(object? value, string place)
    {
        switch (value)
        {
            case null:
                return "null";
            case JsonElement { ValueKind: JsonValueKind.Undefined }:
                return "null";
            case JsonElement element:
                return element.GetRawText();
            case JsonNode node:
                return node.ToJsonString(AIJsonUtilities.DefaultOptions);
        }

        try
        {
            // Known at run time only; without reflection (AOT) types the framework does not know are refused here rather than guessed.
            return JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType()));
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new NotStorableException($"{place} is a {value.GetType().Name}, which is not JSON", "Put a JsonElement or a plain value there.", exception);
        }
    }

    public static JsonNode? ToNode(object? value, string place) => JsonNode.Parse(ToJson(value, place));

    public static JsonElement ToElement(JsonNode node) => Parse(node.ToJsonString());

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
