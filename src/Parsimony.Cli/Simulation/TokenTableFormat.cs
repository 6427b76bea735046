using System.Globalization;

namespace Parsimony.Cli;

/// <summary>
/// A table of token counts: <c>TIMESTAMP,ContextTokens,GeneratedTokens</c> (Azure's public traces, github.com/Azure/AzurePublicDataset) or
/// <c>num_prefill_tokens,num_decode_tokens</c> without times (github.com/microsoft/vidur), both read 2026-11-21. Which prompts begin alike is not in it: each is
/// taken for one of a kind.
/// </summary>
internal sealed class TokenTableFormat : ITraceFormat
{
    private readonly int _time;
    private readonly int _input;
    private readonly int _output;
    private readonly int _hint;
    private readonly string? _hintColumn;
    private DateTimeOffset? _start;

    private TokenTableFormat(List<string> columns, string input, string output, string? hintColumn)
    {
        _time = columns.IndexOf("TIMESTAMP");
        _input = columns.IndexOf(input);
        _output = columns.IndexOf(output);
        _hintColumn = hintColumn;
        _hint = hintColumn is null ? -1 : columns.IndexOf(hintColumn);
    }

    public bool HasHeader => true;

    public bool HasPrefixes => false;

    public bool HasTimes => _time >= 0;

    /// <summary>The format of a header.</summary>
    /// <exception cref="UserException">It names no columns a trace has.</exception>
    public static TokenTableFormat Of(string header, string? hintColumn, string place)
    {
        List<string> columns = [.. header.Split(',').Select(column => column.Trim())];
        return columns.Contains("ContextTokens") && columns.Contains("GeneratedTokens") && columns.Contains("TIMESTAMP")
            ? new TokenTableFormat(columns, "ContextTokens", "GeneratedTokens", hintColumn)
            : columns.Contains("num_prefill_tokens") && columns.Contains("num_decode_tokens")
            ? new TokenTableFormat(columns, "num_prefill_tokens", "num_decode_tokens", hintColumn)
            : throw new UserException($"{place}: this header names neither TIMESTAMP, ContextTokens and GeneratedTokens nor num_prefill_tokens and num_decode_tokens. Rename the columns, or give another trace.");
    }

    public void Add(string text, Trace trace, double stretch, string place)
    {
        var cells = text.Split(',');
        var tokens = Tokens(cells, _input, place);
        var prompt = new PromptPrefix([(ulong)trace.Requests.Count + 1], [tokens], tokens);
        var hint = _hintColumn is null ? ReuseHint.Unknown : ITraceFormat.Hint(_hint < 0 || _hint >= cells.Length ? null : cells[_hint].Trim(), _hintColumn, place);
        trace.Add(Seconds(cells, trace) * stretch, prompt, Tokens(cells, _output, place), hint, place);
    }

    private double Seconds(string[] cells, Trace trace)
    {
        if (_time < 0)
        {
            return trace.Requests.Count;
        }

        var at = DateTimeOffset.Parse(cells[_time], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (at - (_start ??= at)).TotalSeconds;
    }

    private static int Tokens(string[] cells, int column, string place) =>
        column < cells.Length && double.TryParse(cells[column], CultureInfo.InvariantCulture, out var tokens) && tokens >= 0 && tokens <= int.MaxValue
            ? (int)tokens
            : throw new UserException($"{place}: column {column + 1} must be a number of tokens, zero or more.");
}
