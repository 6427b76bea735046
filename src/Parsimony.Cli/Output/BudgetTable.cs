using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows what is used of budgets.</summary>
internal static class BudgetTable
{
    /// <summary>A table, one line for each value in its current period.</summary>
    public static void Show(IAnsiConsole console, IReadOnlyList<BudgetUse> uses)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("budget", "kind").AddColumn(new TableColumn("spent").RightAligned()).AddColumn(new TableColumn("reserved").RightAligned())
            .AddColumn(new TableColumn("limit").RightAligned()).AddColumn(new TableColumn("used").RightAligned()).AddColumn("resets");
        foreach (var use in uses)
        {
            table.AddRow(
                Markup.Escape($"{Name(use.Budget, use.Value)} {Period(use.Budget.Period)}"),
                (use.Budget.IsHard ? "hard" : "soft") + (use.Budget.AllowUnpriced ? ", unpriced allowed" : ""),
                Usd.Format(use.SpentUsd + use.UnknownBoundUsd) + (use.UnknownBoundUsd > 0 ? " at most" : ""),
                Usd.Format(use.ReservedUsd),
                Usd.Format(use.Budget.LimitUsd),
                Percent(use) is { } percent ? percent.ToString("0.#", CultureInfo.InvariantCulture) + " %" : "-",
                use.ResetsAt?.ToString("u", CultureInfo.InvariantCulture) ?? "never");
        }

        console.Write(table);
    }

    /// <summary>The same as JSON, amounts as text with all their digits.</summary>
    public static void Write(IReadOnlyList<BudgetUse> uses)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("budgets"u8);
        foreach (var use in uses)
        {
            writer.WriteStartObject();
            writer.WriteString("dimension"u8, use.Budget.Dimension.ToString().ToLowerInvariant());
            writer.WriteString("set_for"u8, use.Budget.Value);
            writer.WriteString("value"u8, use.Value);
            writer.WriteString("period"u8, use.Budget.Period.ToString().ToLowerInvariant());
            writer.WriteBoolean("hard"u8, use.Budget.IsHard);
            writer.WriteBoolean("allow_unpriced"u8, use.Budget.AllowUnpriced);
            writer.WriteString("limit_usd"u8, Text(use.Budget.LimitUsd));
            writer.WriteString("spent_usd"u8, Text(use.SpentUsd));
            writer.WriteString("unknown_bound_usd"u8, Text(use.UnknownBoundUsd));
            writer.WriteString("reserved_usd"u8, Text(use.ReservedUsd));
            if (Percent(use) is { } percent)
            {
                writer.WriteNumber("used_percent"u8, decimal.Round(percent, 2));
            }

            writer.WriteNumber("warned_percent"u8, use.WarnedPercent);
            writer.WriteString("resets_at"u8, use.ResetsAt?.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What a budget, or one value of it, is about.</summary>
    public static string Name(Budget budget, string? value = null) =>
        budget.Dimension == BudgetDimension.All ? "everything" : $"{budget.Dimension.ToString().ToLowerInvariant()} {value ?? budget.Value}";

    /// <summary>A period, as it follows an amount.</summary>
    public static string Period(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Day => "a day",
        BudgetPeriod.Month => "a month",
        _ => "in all",
    };

    private static decimal? Percent(BudgetUse use) => use.Budget.LimitUsd == 0 ? null : use.CommittedUsd / use.Budget.LimitUsd * 100;

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
