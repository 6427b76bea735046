using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>A comparison of models: as a table, or as JSON.</summary>
/// <param name="Work">The work that is priced.</param>
/// <param name="Models">The models, cheapest first.</param>
/// <param name="IsConfigured">Whether they are of configured providers; else of all that are supported.</param>
internal sealed record CompareOutput(QuotedWork Work, IReadOnlyList<ComparedModel> Models, bool IsConfigured)
{
    public void Show(Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("The same work at other models, USD (estimates)").AddColumn("model");
        foreach (var column in new[] { "live", "in batches", "live with cache", "cheapest" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var model in Models)
        {
            table.AddRow(Markup.Escape(model.Model.ToString()), Usd.Format(model.LiveUsd), Text(model.BatchUsd), Text(model.CachedUsd), Usd.Format(model.CheapestUsd));
        }

        terminal.Out.Write(table);
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Work.Requests:N0} requests, alike in about their first {Work.SharedTokens:N0} tokens. {(IsConfigured ? "Models of the configured providers" : "No provider is configured: models of all supported ones")} with a known price; '-' is not known or not sold."));
        terminal.Line("Token counts are taken alike for every model, and nothing is said of how well they answer. A run goes to the model it names, and to no other.");
        if (Work.Unpriced > 0)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{Work.Unpriced:N0} requests have no known price and are not in the sums."));
        }
    }

    public void Write()
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteBoolean("estimate"u8, true);
        writer.WriteNumber("requests"u8, Work.Requests);
        writer.WriteNumber("shared_tokens"u8, Work.SharedTokens);
        writer.WriteNumber("unpriced_requests"u8, Work.Unpriced);
        writer.WriteBoolean("configured_providers_only"u8, IsConfigured);
        writer.WriteStartArray("models"u8);
        foreach (var model in Models)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model.Model.ToString());
            writer.WriteNumber("live_usd"u8, model.LiveUsd);
            Write(writer, "batch_usd", model.BatchUsd);
            Write(writer, "cached_usd", model.CachedUsd);
            writer.WriteNumber("cheapest_usd"u8, model.CheapestUsd);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Text(decimal? usd) => usd is { } known ? Usd.Format(known) : "-";

    private static void Write(Utf8JsonWriter writer, string name, decimal? usd)
    {
        if (usd is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
