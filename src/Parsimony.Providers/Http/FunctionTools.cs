using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Tools as OpenAI says them, and those who took its words: <c>{"type":"function","function":{...}}</c>.</summary>
internal static class FunctionTools
{
    /// <summary>Writes the member <c>tools</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="saysStrict">Whether each says if its schema binds.</param>
    public static void Write(Utf8JsonWriter writer, IEnumerable<ToolDeclaration> tools, bool saysStrict)
    {
        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, tool.Name);
            if (tool.Description is { Length: > 0 } description)
            {
                writer.WriteString("description"u8, description);
            }

            writer.WritePropertyName("parameters"u8);
            tool.Parameters.WriteTo(writer);
            if (saysStrict && tool.Strict is { } strict)
            {
                writer.WriteBoolean("strict"u8, strict);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
