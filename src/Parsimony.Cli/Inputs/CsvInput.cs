using System.Runtime.CompilerServices;
using System.Text;

namespace Parsimony.Cli;

/// <summary>CSV as RFC 4180 has it: a header, commas, quotes doubled inside quoted fields, line ends inside quotes kept. A column (<c>id</c> unless told otherwise) names the row.</summary>
internal sealed class CsvInput(string path, string idField) : IInput
{
    public string Path => path;

    public bool IsVerbatim => false;

    public async IAsyncEnumerable<(InputRow? Row, InputException? Fault)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false), detectEncodingFromByteOrderMarks: true);
        var line = 1L;
        List<string>? header = null;
        while (await NextAsync(reader, cancellationToken).ConfigureAwait(false) is { } record)
        {
            var (fields, lines, isClosed) = record;
            var at = line;
            line += lines;
            if (!isClosed)
            {
                yield return (null, new InputException(path, at, "a quoted field is never closed; close it with a double quote."));
                yield break;
            }

            if (fields is [""])
            {
                continue;
            }

            if (header is null)
            {
                header = fields;
                if (header.Distinct(StringComparer.Ordinal).Count() != header.Count)
                {
                    yield return (null, new InputException(path, at, "two columns have the same name; rename one."));
                    yield break;
                }

                continue;
            }

            yield return fields.Count == header.Count
                ? (Row(header, fields, at), null)
                : (null, new InputException(path, at, $"{fields.Count} fields where the header has {header.Count}; quote fields that hold commas."));
        }
    }

    private InputRow Row(List<string> header, List<string> fields, long line)
    {
        var named = header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return new InputRow(InputFields.Id(named, idField, line), line, named);
    }

    /// <summary>The next record with the number of lines it takes; null at the end.</summary>
    private static async Task<(List<string> Fields, int Lines, bool IsClosed)?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } text)
        {
            return null;
        }

        var fields = new List<string>();
        var field = new StringBuilder();
        var lines = 1;
        var isQuoted = false;
        var index = 0;
        while (true)
        {
            if (index == text.Length)
            {
                if (!isQuoted)
                {
                    fields.Add(field.ToString());
                    return (fields, lines, true);
                }

                if (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } more)
                {
                    return (fields, lines, false);
                }

                field.Append('\n');
                text = more;
                index = 0;
                lines++;
                continue;
            }

            var character = text[index++];
            if (character == '"')
            {
                if (isQuoted && index < text.Length && text[index] == '"')
                {
                    field.Append('"');
                    index++;
                }
                else if (isQuoted || field.Length == 0)
                {
                    isQuoted = !isQuoted;
                }
                else
                {
                    field.Append(character);
                }
            }
            else if (character == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }
    }
}
