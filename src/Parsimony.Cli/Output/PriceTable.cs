using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows prices.</summary>
internal static class PriceTable
{
    /// <summary>A table, one line for each tier, band and hours of a model.</summary>
    public static void Show(IAnsiConsole console, IReadOnlyList<PriceLine> lines, DateOnly day)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(string.Create(CultureInfo.InvariantCulture, $"USD per million tokens on {day:yyyy-MM-dd}"));
        table.AddColumns("model", "tier");
        foreach (var name in (ReadOnlySpan<string>)["input", "output", "read", "write", "write long", "storage h"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumns("since", "read on");
        foreach (var line in lines)
        {
            table.AddRow(
                Markup.Escape(line.Model.ToString()),
                Tier(line),
                Text(line.Input), Text(line.Output), Text(line.CacheRead), Text(line.CacheWriteShort), Text(line.CacheWriteLong), Text(line.Storage),
                line.EffectiveFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
                line.CheckedOn + (line.IsVerified ? "" : " ?") + (line.Discount is { } discount ? Markup.Escape($" {discount}") : ""));
        }

        table.Caption("- is unknown, ? is derived or unconfirmed; --json has the sources");
        console.Write(table);
    }

    /// <summary>The same as JSON, with sources; amounts as text with all their digits.</summary>
    public static void Write(IReadOnlyList<PriceLine> lines)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("unit"u8, "USD per million tokens");
        writer.WriteStartArray("prices"u8);
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, line.Model.ToString());
            writer.WriteString("tier"u8, line.Tier.ToString().ToLowerInvariant());
            if (line.AbovePromptTokens is { } above)
            {
                writer.WriteNumber("above_prompt_tokens"u8, above);
            }

            writer.WriteString("hours"u8, line.Hours);
            writer.WriteString("input"u8, Text(line.Input, null));
            writer.WriteString("output"u8, Text(line.Output, null));
            writer.WriteString("cache_read"u8, Text(line.CacheRead, null));
            writer.WriteString("cache_write_short"u8, Text(line.CacheWriteShort, null));
            writer.WriteString("cache_write_long"u8, Text(line.CacheWriteLong, null));
            writer.WriteString("storage"u8, Text(line.Storage, null));
            writer.WriteString("effective_from"u8, line.EffectiveFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteString("effective_until"u8, line.EffectiveUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteString("source"u8, line.Source);
            writer.WriteString("checked_on"u8, line.CheckedOn);
            writer.WriteBoolean("verified"u8, line.IsVerified);
            writer.WriteString("discount"u8, line.Discount);
            writer.WriteString("file"u8, line.File);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What a check found, as JSON.</summary>
    public static void WriteFaults(IReadOnlyList<string> faults)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("faults"u8);
        foreach (var fault in faults)
        {
            writer.WriteStringValue(fault);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Tier(PriceLine line) =>
        line.Tier.ToString().ToLowerInvariant()
        + (line.AbovePromptTokens is { } above ? string.Create(CultureInfo.InvariantCulture, $" > {above / 1_000m:0.###}k") : "")
        + (line.Hours is { } hours ? " " + hours : "");

    private static string Text(decimal? price) => Text(price, "-") ?? "-";

    private static string? Text(decimal? price, string? unknown) => price?.ToString("0.############################", CultureInfo.InvariantCulture) ?? unknown;
}
