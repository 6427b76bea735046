using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>
/// Rows of a benchmark that sends each prompt twice: <c>provider</c>, <c>group</c>, <c>round</c>, <c>prompt_tokens</c>, <c>completion_tokens</c> (the format of
/// github.com/InfronAI/prompt-cache-bench, read 2026-11-21). No times: rows are taken to be 5 seconds apart.
/// </summary>
internal sealed class RequestPairFormat(string? hintColumn) : ITraceFormat
{
    private const double Apart = 5;

    private readonly Dictionary<string, ulong> _prompts = [];

    public bool HasTimes => false;

    public void Add(string text, Trace trace, double stretch, string place)
    {
        using var document = JsonDocument.Parse(text);
        var row = document.RootElement;
        var tokens = ITraceFormat.Tokens(row, "prompt_tokens", place);
        var sort = row.TryGetProperty("sort", out var value) ? value.GetString() : null;
        var key = string.Create(
            CultureInfo.InvariantCulture, $"{sort}/{row.GetProperty("provider").GetString()}/{row.GetProperty("group").GetRawText()}/{row.GetProperty("round").GetRawText()}/{tokens}");
        if (!_prompts.TryGetValue(key, out var block))
        {
            _prompts[key] = block = (ulong)_prompts.Count + 1;
        }

        trace.Add(
            trace.Requests.Count * Apart * stretch, new PromptPrefix([block], [tokens], tokens), ITraceFormat.Tokens(row, "completion_tokens", place),
            ITraceFormat.Hint(row, hintColumn, place), place);
    }
}
