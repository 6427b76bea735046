using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>JSON Lines: one object a line. A field (<c>id</c> unless told otherwise) names the row; without it the line number does.</summary>
internal sealed class JsonlInput(string path, string idField) : IInput
{
    public string Path => path;

    public bool IsVerbatim => false;

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
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, new InputException(path, number, "not a JSON object; write one object a line."));
            }

            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                fields[member.Name] = InputFields.Text(member.Value);
            }

            return (new InputRow(InputFields.Id(fields, idField, number), number, fields), null);
        }
        catch (JsonException exception)
        {
            return (null, new InputException(path, number, $"not valid JSON (at byte {exception.BytePositionInLine}); fix the line, or skip such lines with --keep-going."));
        }
    }
}
