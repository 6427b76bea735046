using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>One row of the input.</summary>
/// <param name="Id">Its id: the input's own, or made from its line number or file name.</param>
/// <param name="Line">Its line, from 1; for a folder the number of the file.</param>
/// <param name="Fields">What <c>{{field}}</c> in a template can name.</param>
internal sealed record InputRow(string Id, long Line, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>An image or document that goes with the prompt.</summary>
    public ChatPart? Attachment { get; init; }

    /// <summary>A line of a batch file: sent as it is.</summary>
    public BatchFileLine? Verbatim { get; init; }
}

/// <summary>What a line of an OpenAI batch file asks.</summary>
/// <param name="Kind">By its url.</param>
/// <param name="Model">By its body.</param>
/// <param name="Body">Its body, as it stands in the file.</param>
internal sealed record BatchFileLine(EndpointKind Kind, string Model, ReadOnlyMemory<byte> Body);

/// <summary>What is wrong with the input, and where. The message is one line: file, line, what to do.</summary>
internal sealed class InputException(string file, long? line, string message)
    : Exception(line is { } number ? $"{file}:{number}: {message}" : $"{file}: {message}");

/// <summary>An input that can be read from the start as often as needed, a row at a time.</summary>
internal interface IInput
{
    /// <summary>Its path, as given.</summary>
    string Path { get; }

    /// <summary>Whether its rows are whole requests, so that neither prompt nor model is needed.</summary>
    bool IsVerbatim { get; }

    /// <summary>The rows and the faults in their order; a fault does not end the reading.</summary>
    IAsyncEnumerable<(InputRow? Row, InputException? Fault)> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>How fields of a row are read.</summary>
internal static class InputFields
{
    /// <summary>Names rows by their line number instead of a field.</summary>
    public const string ByLine = "#";

    /// <summary>A row's id: the field's value, or its line number where there is none.</summary>
    public static string Id(Dictionary<string, string> fields, string idField, long line) =>
        idField != ByLine && fields.TryGetValue(idField, out var id) && id.Length > 0 ? id : $"line-{line}";

    /// <summary>A JSON value as a template shows it: text as it is, anything else as JSON.</summary>
    public static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
}
