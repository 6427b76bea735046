using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Reads a trace: JSON Lines with <c>timestamp</c> in milliseconds, <c>input_length</c>, <c>output_length</c> and <c>hash_ids</c> of 512-token blocks.</summary>
internal static class TraceFile
{
    private const int BlockTokens = 512;

    public static async Task<Trace> ReadAsync(string path, double stretch, CancellationToken cancellationToken)
    {
        var trace = new Trace();
        var line = 0;
        await foreach (var text in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            Add(trace, text, $"{path}, line {line.ToString(CultureInfo.InvariantCulture)}", stretch);
        }

        return trace;
    }

    private static void Add(Trace trace, string text, string place, double stretch)
    {
        using var row = JsonDocument.Parse(text);
        var tokens = row.RootElement.GetProperty("input_length").GetInt32();
        var ids = row.RootElement.GetProperty("hash_ids");
        var count = Math.Min(ids.GetArrayLength(), tokens / BlockTokens);
        var prompt = new PromptPrefix([.. ids.EnumerateArray().Take(count).Select(id => id.GetUInt64())], [.. Enumerable.Range(1, count).Select(block => block * BlockTokens)], tokens);
        trace.Add(row.RootElement.GetProperty("timestamp").GetDouble() / 1000 * stretch, prompt, row.RootElement.GetProperty("output_length").GetInt32(), ReuseHint.Unknown, place);
    }
}
