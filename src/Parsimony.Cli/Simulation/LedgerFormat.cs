using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>The output of <c>parsimony ledger --json</c>: when each attempt was, and its tokens. Which prompts begin alike is not in it.</summary>
internal sealed class LedgerFormat(string? hintColumn) : ITraceFormat
{
    private DateTimeOffset? _start;

    public bool HasPrefixes => false;

    public void Add(string text, Trace trace, double stretch, string place)
    {
        using var document = JsonDocument.Parse(text);
        var row = document.RootElement;
        var usage = row.GetProperty("usage");
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var at = row.GetProperty("at").GetDateTimeOffset();
        var tokens = Sum(usage, "uncached_input") + Sum(usage, "cache_read") + Sum(usage, "cache_write_short") + Sum(usage, "cache_write_long");
        var prompt = new PromptPrefix([(ulong)trace.Requests.Count + 1], [tokens], tokens);
        trace.Add((at - (_start ??= at)).TotalSeconds * stretch, prompt, Sum(usage, "output"), ITraceFormat.Hint(row, hintColumn, place), place);
    }

    private static int Sum(JsonElement usage, string name) => usage.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
}
