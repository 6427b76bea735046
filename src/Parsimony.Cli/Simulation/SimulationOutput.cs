using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>What a simulation of caching came to: as a table, or as JSON.</summary>
internal sealed record SimulationOutput(string File, Trace Trace, CacheRuleSet Rules, double Bound, IReadOnlyList<ReplayResult> Results, IReadOnlyList<ReuseTruth> Hints)
{
    private double Saving => Trace.Tokens - Bound;

    public void Show(Terminal terminal)
    {
        terminal.Line(Text($"{File}: {Trace.Requests.Count:N0} requests, {Trace.Tokens:N0} input tokens, rules {Rules.Name}. Cost is input only; 1 is the cost without caching."));
        foreach (var note in Notes())
        {
            terminal.Line(note);
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("policy");
        foreach (var column in new[] { "cost", "saved", "of the possible", "tokens read", "tokens written", "requests that read" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var result in Results)
        {
            var saved = Trace.Tokens - result.Cost;
            table.AddRow(
                result.Policy, Text($"{result.Cost / Trace.Tokens:0.0000}"), Text($"{saved / Trace.Tokens:0.0%}"), Saving <= 0 ? "-" : Text($"{saved / Saving:0.0%}"),
                Text($"{result.Read:N0}"), Text($"{result.Written:N0}"), Text($"{(double)result.Hits / Trace.Requests.Count:0.0%}"));
        }

        table.AddRow("lower bound", Text($"{Bound / Trace.Tokens:0.0000}"), Text($"{Saving / Trace.Tokens:0.0%}"), "", "", "", "");
        terminal.Out.Write(table);
        if (Hints.Count > 0)
        {
            terminal.Line("What was said or inferred of the prompts, and what came of it within the shortest lifetime:");
            terminal.Out.Write(HintTable());
        }
    }

    private Table HintTable()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("hint");
        foreach (var column in new[] { "prompts", "continued", "shared", "neither", "came true" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var hint in Hints)
        {
            table.AddRow(
                hint.Name, Text($"{hint.Prompts:N0}"), Text($"{hint.Continued:N0}"), Text($"{hint.Shared:N0}"),
                Text($"{hint.Prompts - hint.Continued - hint.Shared:N0}"), Text($"{(double)hint.True / hint.Prompts:0.0%}"));
        }

        return table;
    }

    public void Write()
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("trace"u8, File);
        writer.WriteString("rules"u8, Rules.Name);
        writer.WriteNumber("requests"u8, Trace.Requests.Count);
        writer.WriteNumber("input_tokens"u8, Trace.Tokens);
        writer.WriteBoolean("has_prefixes"u8, Trace.HasPrefixes);
        writer.WriteBoolean("has_times"u8, Trace.HasTimes);
        writer.WriteNumber("lower_bound"u8, Math.Round(Bound / Trace.Tokens, 6));
        writer.WriteStartArray("policies"u8);
        foreach (var result in Results)
        {
            writer.WriteStartObject();
            writer.WriteString("policy"u8, result.Policy);
            writer.WriteNumber("cost"u8, Math.Round(result.Cost / Trace.Tokens, 6));
            writer.WriteNumber("tokens_read"u8, result.Read);
            writer.WriteNumber("tokens_written"u8, result.Written);
            writer.WriteNumber("requests_that_read"u8, result.Hits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteHints(writer);
        writer.WriteEndObject();
    }

    private void WriteHints(Utf8JsonWriter writer)
    {
        if (Hints.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("hints"u8);
        foreach (var hint in Hints)
        {
            writer.WriteStartObject();
            writer.WriteString("hint"u8, hint.Name);
            writer.WriteNumber("prompts"u8, hint.Prompts);
            writer.WriteNumber("continued"u8, hint.Continued);
            writer.WriteNumber("shared"u8, hint.Shared);
            writer.WriteNumber("came_true"u8, hint.True);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private IEnumerable<string> Notes()
    {
        if (!Trace.HasPrefixes)
        {
            yield return "This trace does not say which prompts begin alike: each is taken for one of a kind, and there is nothing to save.";
        }

        if (!Trace.HasTimes)
        {
            yield return "This trace has no times: its requests are taken to come evenly.";
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
