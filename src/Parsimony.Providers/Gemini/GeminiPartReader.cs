using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>Parts of a content to contents. Parts without a counterpart stay whole in the raw representation.</summary>
/// <param name="flavour">In whose name faults are told.</param>
internal sealed class GeminiPartReader(GeminiFlavour flavour)
{
    private int _calls;

    /// <summary>The contents of a part; a signature is told before the part it came with, which is where the renderer looks for it.</summary>
    /// <param name="part">The part.</param>
    /// <param name="responseId">Names calls that came without an id.</param>
    public IEnumerable<AIContent> Read(JsonElement part, string? responseId)
    {
        var signature = part.Text("thoughtSignature");
        var isThought = part.Member("thought") is { ValueKind: JsonValueKind.True };
        if (isThought && part.Text("text") is { } thought)
        {
            return [new TextReasoningContent(thought) { ProtectedData = signature, RawRepresentation = part }];
        }

        var content = Content(part, responseId);
        if (content is not null)
        {
            content.RawRepresentation = part;
        }

        AIContent?[] contents = [signature is { Length: > 0 } ? new TextReasoningContent("") { ProtectedData = signature } : null, content];
        return contents.OfType<AIContent>();
    }

    private AIContent? Content(JsonElement part, string? responseId)
    {
        if (part.Text("text") is { } text)
        {
            return text.Length > 0 ? new TextContent(text) : null;
        }

        if (part.Object("functionCall") is { } call)
        {
            var number = (++_calls).ToString(CultureInfo.InvariantCulture);
            var id = call.Text("id") is { Length: > 0 } given ? given : $"{responseId ?? call.Text("name")}-{number}";
            return new FunctionCallContent(id, call.Text("name") ?? "", Arguments(call));
        }

        if (part.Object("inlineData") is { } data)
        {
            return new DataContent(Bytes(data), data.Text("mimeType") ?? "application/octet-stream");
        }

        return part.Object("fileData") is { } file && Uri.TryCreate(file.Text("fileUri"), UriKind.Absolute, out var address)
            ? new UriContent(address, file.Text("mimeType") ?? "application/octet-stream")
            : new AIContent();
    }

    private byte[] Bytes(JsonElement data)
    {
        try
        {
            return data.Member("data") is { ValueKind: JsonValueKind.String } text ? text.GetBytesFromBase64() : [];
        }
        catch (FormatException e)
        {
            throw flavour.Malformed(e);
        }
    }

    private static Dictionary<string, object?> Arguments(JsonElement call)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (call.Object("args") is { } args)
        {
            foreach (var member in args.EnumerateObject())
            {
                arguments[member.Name] = member.Value.ValueKind == JsonValueKind.Null ? null : member.Value;
            }
        }

        return arguments;
    }
}
