using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows a reconciliation, for eyes and for machines.</summary>
internal static partial class ReconcileView
{
    public static void Show(Terminal terminal, ReconcileResult result)
    {
        var differing = result.Lines.Where(line => Math.Abs(line.DifferenceUsd) > line.RoundingUsd).ToList();
        if (differing.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded);
            table.AddColumns("day (UTC)", "model", "tier");
            foreach (var name in (ReadOnlySpan<string>)["billed", "booked", "unknown, at most", "difference"])
            {
                table.AddColumn(new TableColumn(name).RightAligned());
            }

            foreach (var line in differing)
            {
                table.AddRow(
                    Day(line.Day), Markup.Escape(Name(line)), line.Tier is { } tier ? Word(tier) : "all", Usd.Format(line.BilledUsd), Usd.Format(line.BookedUsd),
                    line.BookedAtMostUsd > line.BookedUsd ? Usd.Format(line.BookedAtMostUsd - line.BookedUsd) : "", Signed(line.DifferenceUsd));
            }

            terminal.Out.Write(table);
            foreach (var line in differing)
            {
                terminal.Line($"{Day(line.Day)} {Name(line)} {(line.Tier is { } tier ? Word(tier) : "")}".TrimEnd() + (line.IsWithinBar ? " (within the error bar)" : ""));
                foreach (var cause in line.Causes)
                {
                    terminal.Line($"  {Key(cause.Kind)}{(cause.Usd is { } usd ? $" {Signed(usd)}" : "")}: {cause.Text}");
                }
            }
        }

        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Lines.Count - differing.Count:N0} of {result.Lines.Count:N0} lines agree."));
        foreach (var price in result.Proposal.Prices)
        {
            terminal.Line($"proposed: {price.Model} {price}");
        }

        foreach (var remark in result.Remarks.Concat(result.Proposal.Remarks))
        {
            terminal.Note("note: " + remark);
        }

        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Billed {Usd.Format(result.BilledUsd)} USD, booked {Usd.Format(result.BookedUsd)}{Bar(result)}: {Signed(result.DifferenceUsd)}{Outside(result)}, {Percent(result.Percent)}; {(result.IsWithinGoal ? "within" : "outside")} the goal of {result.GoalPercent:0.##} %."));
    }

    public static void Write(ReconcileResult result)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("from"u8, result.From);
        writer.WriteString("until"u8, result.Until);
        writer.WriteString("billed_usd"u8, Text(result.BilledUsd));
        writer.WriteString("booked_usd"u8, Text(result.BookedUsd));
        writer.WriteString("booked_at_most_usd"u8, Text(result.BookedAtMostUsd));
        writer.WriteString("rounding_usd"u8, Text(result.RoundingUsd));
        writer.WriteString("difference_usd"u8, Text(result.DifferenceUsd));
        writer.WriteString("outside_usd"u8, Text(result.OutsideUsd));
        writer.WriteString("difference_percent"u8, result.Percent is { } percent ? percent.ToString("0.######", CultureInfo.InvariantCulture) : null);
        writer.WriteNumber("goal_percent"u8, result.GoalPercent);
        writer.WriteBoolean("within_goal"u8, result.IsWithinGoal);
        writer.WriteStartArray("lines"u8);
        foreach (var line in result.Lines)
        {
            WriteLine(writer, line);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("proposed_prices"u8);
        foreach (var price in result.Proposal.Prices)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, price.Model.ToString());
            writer.WriteString("tier"u8, Word(price.Tier));
            writer.WriteString("kind"u8, price.Kind.InFile());
            writer.WriteString("listed"u8, price.Listed is { } listed ? Text(listed) : null);
            writer.WriteString("billed"u8, Text(price.Rounded));
            writer.WriteString("since"u8, Day(price.Day));
            writer.WriteNumber("tokens"u8, price.Tokens);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("keys"u8);
        foreach (var key in result.Keys)
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, key.Provider.Value);
            writer.WriteString("id"u8, key.Id);
            writer.WriteString("credential"u8, key.Credential);
            writer.WriteNumber("tokens"u8, key.Tokens);
            writer.WriteString("usd_by_price_book"u8, key.Usd is { } usd ? Text(usd) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("remarks"u8);
        foreach (var remark in result.Remarks.Concat(result.Proposal.Remarks))
        {
            writer.WriteStringValue(remark);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter writer, ReconciledLine line)
    {
        writer.WriteStartObject();
        writer.WriteString("day"u8, Day(line.Day));
        writer.WriteString("provider"u8, line.Provider.Value);
        writer.WriteString("model"u8, line.Model?.ToString());
        writer.WriteString("tier"u8, line.Tier is { } tier ? Word(tier) : null);
        writer.WriteString("billed_usd"u8, Text(line.BilledUsd));
        writer.WriteString("booked_usd"u8, Text(line.BookedUsd));
        writer.WriteString("booked_at_most_usd"u8, Text(line.BookedAtMostUsd));
        writer.WriteString("rounding_usd"u8, Text(line.RoundingUsd));
        writer.WriteString("difference_usd"u8, Text(line.DifferenceUsd));
        writer.WriteBoolean("within_error_bar"u8, line.IsWithinBar);
        writer.WriteStartArray("causes"u8);
        foreach (var cause in line.Causes)
        {
            writer.WriteStartObject();
            writer.WriteString("cause"u8, Key(cause.Kind));
            writer.WriteString("usd"u8, cause.Usd is { } usd ? Text(usd) : null);
            writer.WriteString("text"u8, cause.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A cause by its name for machines.</summary>
    public static string Key(DifferenceCause cause) => Capital().Replace(cause.ToString(), "_$0").TrimStart('_').ToLowerInvariant();

    private static string Name(ReconciledLine line) => line.Model?.ToString() ?? (line.Label.Length > 0 ? $"{line.Provider.Value} {line.Label}" : line.Provider.Value);

    private static string Bar(ReconcileResult result) => result.BookedAtMostUsd > result.BookedUsd ? $" and at most {Usd.Format(result.BookedAtMostUsd - result.BookedUsd)} of unknown cost" : "";

    private static string Outside(ReconcileResult result) => result.OutsideUsd == 0 ? "" : $" ({Usd.Format(result.OutsideUsd)} of it with keys that are not ours)";

    private static string Percent(decimal? percent) => percent is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:+0.###;-0.###;0} %") : "nothing billed";

    private static string Signed(decimal usd) => usd > 0 ? "+" + Usd.Format(usd) : Usd.Format(usd);

    private static string Word(PriceTier tier) => tier.ToString().ToLowerInvariant();

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);

    [GeneratedRegex("[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Capital();
}
