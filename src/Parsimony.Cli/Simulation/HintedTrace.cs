using System.Text.Json.Nodes;

namespace Parsimony.Cli;

/// <summary>Writes a copy of a trace with a column <c>hint</c>.</summary>
internal static class HintedTrace
{
    public const string Column = "hint";

    public static async Task WriteAsync(string source, string target, IReadOnlyList<ReuseHint> hints, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(target);
        await using (writer.ConfigureAwait(false))
        {
            var (row, isTable) = (0, false);
            await foreach (var line in File.ReadLinesAsync(source, cancellationToken).ConfigureAwait(false))
            {
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                if (row == 0 && !isTable && !line.StartsWith('{'))
                {
                    isTable = true;
                    await writer.WriteLineAsync($"{line},{Column}".AsMemory(), cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var hint = row < hints.Count ? hints[row++].ToString().ToLowerInvariant() : "";
                await writer.WriteLineAsync((isTable ? $"{line},{hint}" : With(line, hint)).AsMemory(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string With(string line, string hint)
    {
        var row = JsonNode.Parse(line)?.AsObject() ?? [];
        row[Column] = hint;
        return row.ToJsonString();
    }
}
