using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Files of lines that hold no more than a custom id and a body: the model and the endpoint are the job's.</summary>
internal static class CustomLines
{
    private const int MaxErrors = 20;

    public static BatchCheck Read(Content content, string model, Func<JsonElement, string?> fault)
    {
        var items = new List<BatchItem>();
        var errors = new List<BatchError>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        var tokens = 0L;
        foreach (var (offset, line) in ContentLines.Read(content))
        {
            number++;
            if (line.AsSpan().Trim(" \r\t"u8).IsEmpty)
                continue;
            var (id, why) = Look(line, ids, fault);
            if (why is not null && errors.Count < MaxErrors)
                errors.Add(new BatchError("invalid_line", why, number, null));
            items.Add(new BatchItem(offset, line.Length, id));
            tokens += (line.Length + 3) / 4;
        }

        if (items.Count == 0)
            errors.Add(new BatchError("empty_file", "The input file is empty.", null, null));
        return new BatchCheck(items, errors, model, tokens);
    }

    /// <summary>A body with the job's model, where it names none.</summary>
    public static JsonElement WithModel(JsonElement body, string model)
    {
        if (body.ValueKind != JsonValueKind.Object || body.Get("model") is not null)
            return body;
        var text = body.GetRawText();
        var rest = text.TrimStart()[1..].TrimStart();
        var head = $"{{\"model\":\"{JsonEncodedText.Encode(model)}\"{(rest.StartsWith('}') ? "" : ",")}";
        return JsonElement.Parse(Encoding.UTF8.GetBytes(head + rest));
    }

    private static (string Id, string? Why) Look(byte[] line, HashSet<string> ids, Func<JsonElement, string?> fault)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return ("", "This line is not JSON.");
        }

        var id = root.Text("custom_id") ?? "";
        if (id.Length == 0 || !ids.Add(id))
            return (id, id.Length == 0 ? "custom_id is missing." : "custom_id comes twice.");
        return (id, root.Get("body") is { ValueKind: JsonValueKind.Object } body ? fault(body) : "body is missing.");
    }
}
