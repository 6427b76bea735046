using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>A batch's input file, <c>{"key":"...","request":{...}}</c> by line.</summary>
internal static class GeminiLines
{
    private const int MaxErrors = 20;

    /// <summary>Finds the requests, and what makes the service fail the whole batch.</summary>
    public static BatchCheck Read(Content content, string? model, Func<JsonElement, string> keyOf)
    {
        var items = new List<BatchItem>();
        var errors = new List<BatchError>();
        var number = 0;
        long tokens = 0;
        foreach (var (offset, line) in ContentLines.Read(content))
        {
            number++;
            var start = number == 1 && line.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
            if (line.AsSpan(start).Trim(" \r\t"u8).IsEmpty)
                continue;
            try
            {
                var root = JsonElement.Parse(line.AsSpan(start), new JsonDocumentOptions { MaxDepth = 512 });
                if (root.Get("request") is { ValueKind: JsonValueKind.Object })
                    items.Add(new BatchItem(offset + start, line.Length - start, keyOf(root)));
                else
                    Add(errors, number, "has no request");
            }
            catch (JsonException)
            {
                Add(errors, number, "is not valid JSON");
            }

            tokens += (line.Length + 3) / 4;
        }

        if (items.Count == 0 && errors.Count == 0)
            errors.Add(new BatchError("invalid_file", "The input file has no requests.", null, null));
        return new BatchCheck(items, errors, model, tokens);
    }

    private static void Add(List<BatchError> errors, int line, string what)
    {
        if (errors.Count < MaxErrors)
            errors.Add(new BatchError("invalid_line", $"Line {line} of the input file {what}.", line, null));
    }
}
