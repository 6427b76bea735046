using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>
/// Rows with <c>timestamp</c> (ms), <c>input_length</c>, <c>output_length</c> and <c>hash_ids</c>, one for each 512 tokens; equal leading ids are an equal beginning
/// (the format of github.com/kvcache-ai/Mooncake's traces, read 2026-11-21).
/// </summary>
internal sealed class BlockHashFormat(string? hintColumn) : ITraceFormat
{
    private const int BlockTokens = 512;

    public void Add(string text, Trace trace, double stretch, string place)
    {
        using var document = JsonDocument.Parse(text);
        var row = document.RootElement;
        var tokens = ITraceFormat.Tokens(row, "input_length", place);
        var ids = row.GetProperty("hash_ids");

        // The last id may stand for less than a block; that part never matches.
        var count = Math.Min(ids.GetArrayLength(), tokens / BlockTokens);
        var prompt = new PromptPrefix(
            [.. ids.EnumerateArray().Take(count).Select(id => unchecked((ulong)id.GetInt64()))], [.. Enumerable.Range(1, count).Select(block => block * BlockTokens)], tokens);
        trace.Add(
            row.GetProperty("timestamp").GetDouble() / 1000 * stretch, prompt, ITraceFormat.Tokens(row, "output_length", place), ITraceFormat.Hint(row, hintColumn, place), place);
    }
}
