using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>
/// An OpenAI batch file: <c>custom_id</c>, <c>method</c>, <c>url</c>, <c>body</c> a line. Sent as it is; the input's ids and line numbers come back with the results.
/// </summary>
internal sealed class BatchFileInput(string path) : IInput
{
    // The endpoints a batch takes: https://platform.openai.com/docs/api-reference/batch/create, read 2026-11-12.
    private static readonly Dictionary<string, EndpointKind> Kinds = new(StringComparer.Ordinal)
    {
        ["/v1/chat/completions"] = EndpointKind.Chat,
        ["/v1/responses"] = EndpointKind.Responses,
        ["/v1/embeddings"] = EndpointKind.Embeddings,
        ["/v1/images/generations"] = EndpointKind.Images,
    };

    public string Path => path;

    public bool IsVerbatim => true;

    /// <summary>Whether a file's first line is one of a batch file.</summary>
    public static async Task<bool> IsBatchFileAsync(string path, CancellationToken cancellationToken)
    {
        await foreach (var (_, bytes) in LineReader.ReadAsync(path, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                using var document = JsonDocument.Parse(bytes);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("custom_id", out _)
                    && document.RootElement.TryGetProperty("url", out _)
                    && document.RootElement.TryGetProperty("body", out _);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        return false;
    }

    public async IAsyncEnumerable<(InputRow? Row, InputException? Fault)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (number, bytes) in LineReader.ReadAsync(path, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(number, bytes);
        }
    }

    private (InputRow? Row, InputException? Fault) Read(long number, byte[]? bytes)
    {
        if (bytes is null)
        {
            return (null, new InputException(path, number, $"the line is over {LineReader.MaxLineBytes / 1024 / 1024} MB; split it."));
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            string? Text(string name) =>
                root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            InputException Fault(string message) => new(path, number, message);

            if (Text("custom_id") is not { Length: > 0 } id)
            {
                return (null, Fault("no custom_id; give every line one, unique in the file."));
            }

            if (Text("method") is { } method && method != "POST")
            {
                return (null, Fault($"method '{method}'; only POST can be batched."));
            }

            if (Text("url") is not { } url || !Kinds.TryGetValue(url, out var kind))
            {
                return (null, Fault($"url '{Text("url")}'; use one of {string.Join(", ", Kinds.Keys)}."));
            }

            if (!root.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object)
            {
                return (null, Fault("no body; write the request as an object."));
            }

            if (!body.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.String || model.GetString() is not { Length: > 0 } name)
            {
                return (null, Fault("the body names no model."));
            }

            var verbatim = new BatchFileLine(kind, name, System.Text.Encoding.UTF8.GetBytes(body.GetRawText()));
            return (new InputRow(id, number, new Dictionary<string, string>(StringComparer.Ordinal)) { Verbatim = verbatim }, null);
        }
        catch (JsonException exception)
        {
            return (null, new InputException(path, number, $"not valid JSON (at byte {exception.BytePositionInLine}); fix the line, or skip such lines with --keep-going."));
        }
    }
}
