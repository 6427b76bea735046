using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Content blocks of a message to contents. Blocks of server tools and of types newer than this code stay whole in the raw representation.</summary>
internal static class AnthropicBlockReader
{
    public static AIContent Read(JsonElement block)
    {
        AIContent content = block.Text("type") switch
        {
            "text" => new TextContent(block.Text("text") ?? "") { Annotations = Citations(block) },
            "thinking" => new TextReasoningContent(block.Text("thinking") ?? "") { ProtectedData = block.Text("signature") },
            "redacted_thinking" => new TextReasoningContent("") { ProtectedData = AnthropicPartWriter.RedactedMark + block.Text("data") },
            "tool_use" => Call(block.Text("id"), block.Text("name"), block.Member("input")),
            _ => new AIContent(),
        };
        content.RawRepresentation = block;
        return content;
    }

    /// <summary>A tool call; arguments that are no object are kept under one name, so that nothing is lost.</summary>
    public static FunctionCallContent Call(string? id, string? name, JsonElement? input)
    {
        Dictionary<string, object?>? arguments = null;
        if (input is { ValueKind: JsonValueKind.Object } members)
        {
            arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var member in members.EnumerateObject())
            {
                arguments[member.Name] = member.Value;
            }
        }
        else if (input is { } other)
        {
            arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["input"] = other };
        }

        return new FunctionCallContent(id ?? "", name ?? "", arguments);
    }

    /// <summary>One citation.</summary>
    public static CitationAnnotation Citation(JsonElement citation) => new()
    {
        Title = citation.Text("document_title") ?? citation.Text("title"),
        Snippet = citation.Text("cited_text"),
        FileId = citation.Text("file_id"),
        Url = Uri.TryCreate(citation.Text("url") ?? citation.Text("source"), UriKind.Absolute, out var url) ? url : null,
        RawRepresentation = citation,
    };

    private static List<AIAnnotation>? Citations(JsonElement block)
    {
        List<AIAnnotation> citations = [.. block.Items("citations").Select(Citation)];
        return citations.Count > 0 ? citations : null;
    }
}
