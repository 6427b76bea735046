using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>
/// Rows of agents, one for each model call, with <c>session_id</c>, <c>input_tokens_total</c>, <c>prefix_tokens</c>, <c>output_tokens</c> and <c>timing_events</c>: a call begins with all of
/// the call before it in its session where it is longer, else with the <c>prefix_tokens</c> that its row names (the format of github.com/uw-syfi/TraceLab, read 2026-11-21). Sessions may follow each other in the file; they are
/// put in order of time. That agents' calls are continued is known from what they are.
/// </summary>
internal sealed class AgentRoundFormat(string? hintColumn) : ITraceFormat
{
    private readonly Dictionary<string, (List<ulong> Blocks, List<int> Ends)> _sessions = [];
    private readonly List<(DateTimeOffset At, PromptPrefix Prompt, int Answer, ReuseHint Hint, string Place)> _rounds = [];
    private double _stretch = 1;
    private ulong _next = 1;

    public void Add(string text, Trace trace, double stretch, string place)
    {
        using var document = JsonDocument.Parse(text);
        var row = document.RootElement;
        var tokens = ITraceFormat.Tokens(row, "input_tokens_total", place);
        var prefix = Math.Min(tokens, ITraceFormat.Tokens(row, "prefix_tokens", place));
        var at = row.GetProperty("timing_events")[0].GetProperty("timestamp").GetDateTimeOffset();
        var session = row.GetProperty("session_id").GetString() ?? "";
        if (!_sessions.TryGetValue(session, out var earlier))
        {
            earlier = ([], []);
        }

        var (blocks, ends) = (new List<ulong>(), new List<int>());
        var shared = earlier.Ends.Count > 0 && tokens >= earlier.Ends[^1] ? earlier.Ends[^1] : prefix;
        for (var block = 0; block < earlier.Ends.Count && earlier.Ends[block] <= shared; block++)
        {
            blocks.Add(earlier.Blocks[block]);
            ends.Add(earlier.Ends[block]);
        }

        foreach (var end in new[] { shared, tokens })
        {
            if (end > (ends.Count == 0 ? 0 : ends[^1]))
            {
                blocks.Add(_next++);
                ends.Add(end);
            }
        }

        _sessions[session] = (blocks, ends);
        _stretch = stretch;
        _rounds.Add((at, new PromptPrefix(blocks, ends, tokens), ITraceFormat.Tokens(row, "output_tokens", place), ITraceFormat.Hint(row, hintColumn, place), place));
    }

    public void Complete(Trace trace)
    {
        foreach (var round in _rounds.OrderBy(round => round.At))
        {
            trace.Add((round.At - _rounds.Min(first => first.At)).TotalSeconds * _stretch, round.Prompt, round.Answer, round.Hint, round.Place, ReuseHint.Continued);
        }
    }
}
