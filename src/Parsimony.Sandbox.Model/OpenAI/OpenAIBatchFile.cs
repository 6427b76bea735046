using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// What the validation of an input file finds: its provider's limits, one endpoint, mostly one model, unique custom ids
/// (https://developers.openai.com/api/docs/guides/batch, read 2026-11-20).
/// </summary>
internal sealed class OpenAIBatchFile(bool oneModel, bool namesUrl)
{
    private const int MaxErrors = 20;

    private static readonly byte[] Bom = [0xEF, 0xBB, 0xBF];

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public List<BatchItem> Items { get; } = [];

    public List<BatchError> Errors { get; } = [];

    public string? Model { get; private set; }

    /// <summary>A rough count, as the queue limit needs one.</summary>
    public long PromptTokens { get; private set; }

    public static OpenAIBatchFile Read(Content content, OpenAIShape shape, string? endpoint = null)
    {
        var file = new OpenAIBatchFile(shape.OneModel, shape.NamesUrl);
        var number = 0;
        foreach (var (offset, line) in ContentLines.Read(content))
        {
            number++;
            file.Take(offset, line, number, endpoint);
        }

        if (number > 0 && file.Items.Count == 0 && file.Errors.Count == 0)
            file.Add("empty_file", "The input file is empty.", null, null);
        if (file.Items.Count > shape.MaxRequests)
            file.Add("too_many_tasks", $"The batch input file contains too many requests. The limit is {shape.MaxRequests}.", null, null);
        if (number == 0)
            file.Add("empty_file", "The input file is empty.", null, null);
        return file;
    }

    private void Take(long offset, byte[] line, int number, string? endpoint)
    {
        var start = number == 1 && line.AsSpan().StartsWith(Bom) ? Bom.Length : 0;
        if (line.AsSpan(start).Trim(" \r\t"u8).IsEmpty)
            return;
        var (id, method, url, model, hasBody) = ("", "", "", (string?)null, false);
        try
        {
            var reader = new Utf8JsonReader(line.AsSpan(start));
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.CurrentDepth == 1)
                {
                    if (reader.ValueTextEquals("custom_id"u8))
                        id = Next(ref reader) ?? "";
                    else if (reader.ValueTextEquals("method"u8))
                        method = Next(ref reader) ?? "";
                    else if (reader.ValueTextEquals("url"u8))
                        url = Next(ref reader) ?? "";
                    else if (reader.ValueTextEquals("body"u8))
                        hasBody = true;
                    else
                        reader.Skip();
                }
                else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("model"u8))
                {
                    model = Next(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            Add("invalid_json_line", "This line is not parseable as valid JSON.", number, null);
            return;
        }

        if (id.Length == 0)
            Add("missing_required_parameter", "Missing required parameter: 'custom_id'.", number, "custom_id");
        else if (!_ids.Add(id))
            Add("duplicate_custom_id", $"The custom_id '{id}' is already used in this file.", number, "custom_id");
        if (namesUrl && method != "POST")
            Add("invalid_method", "The only supported method is POST.", number, "method");
        if (namesUrl && endpoint is not null && url != endpoint)
            Add("invalid_url", $"The url '{url}' does not match the batch endpoint '{endpoint}'.", number, "url");
        if (!hasBody)
            Add("missing_required_parameter", "Missing required parameter: 'body'.", number, "body");
        Model ??= model;
        if (oneModel && model != Model)
            Add("mismatched_model", $"The model '{model}' does not match the file's first model '{Model}'.", number, "body.model");
        PromptTokens += (line.Length + 3) / 4;
        Items.Add(new BatchItem(offset + start, line.Length - start, id));
    }

    private static string? Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }

    private void Add(string code, string message, int? line, string? param)
    {
        if (Errors.Count < MaxErrors)
            Errors.Add(new BatchError(code, message, line, param));
    }
}
