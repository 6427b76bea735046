using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>JSON schemas as Anthropic takes them. The caller's node is never changed.</summary>
internal static class AnthropicSchema
{
    /// <summary>An answer's schema: every object closed with <c>additionalProperties: false</c>, which structured outputs demand.</summary>
    /// <remarks>Source: platform.claude.com/docs/en/build-with-claude/structured-outputs, read 2026-11-21.</remarks>
    public static JsonNode Closed(JsonNode schema)
    {
        var copy = schema.DeepClone();
        Close(copy);
        return copy;
    }

    /// <summary>A tool's input schema, which must be an object's.</summary>
    public static JsonNode Input(JsonNode parameters)
    {
        if (parameters is not JsonObject schema)
        {
            return new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        }

        if (schema.ContainsKey("type"))
        {
            return schema;
        }

        var typed = new JsonObject { ["type"] = "object" };
        foreach (var (name, value) in schema)
        {
            typed[name] = value?.DeepClone();
        }

        return typed;
    }

    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Close(item);
                }

                break;
            case JsonObject schema:
                // A property may itself be named "properties": only a map that stands where a schema stands counts.
                if (schema["properties"] is JsonObject properties)
                {
                    if (!schema.ContainsKey("additionalProperties"))
                    {
                        schema["additionalProperties"] = false;
                    }

                    CloseMap(properties);
                }

                CloseMap(schema["$defs"] as JsonObject);
                CloseMap(schema["definitions"] as JsonObject);
                foreach (var name in (ReadOnlySpan<string>)["items", "prefixItems", "anyOf", "oneOf", "allOf", "not"])
                {
                    Close(schema[name]);
                }

                break;
            default:
                break;
        }
    }

    private static void CloseMap(JsonObject? map)
    {
        foreach (var (_, schema) in map ?? [])
        {
            Close(schema);
        }
    }
}
