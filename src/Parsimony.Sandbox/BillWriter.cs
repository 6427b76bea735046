using System.Globalization;
using System.Text.Json;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>The bill as JSON: totals by provider and model, then the lines; every amount is an integer of pico-dollars (10^12 are one dollar).</summary>
internal static class BillWriter
{
    private const int FlushBytes = 64 * 1024;

    public static async Task WriteAsync(Utf8JsonWriter writer, Bill bill, long after, CancellationToken cancellationToken)
    {
        var lines = bill.Lines;
        writer.WriteStartObject();
        writer.WriteString("currency", "USD");
        writer.WriteString("unit", "pico");
        WriteTotal(writer, lines);
        writer.WriteStartObject("by_provider");
        foreach (var provider in lines.GroupBy(l => l.Provider, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(provider.Key);
            WriteTotal(writer, provider);
            writer.WriteStartObject("by_model");
            foreach (var model in provider.GroupBy(l => l.Model, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject(model.Key);
                WriteTotal(writer, model);
                writer.WriteNumber("requests", model.Count(line => line.StoredTokens == 0));
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("lines");
        foreach (var line in lines)
        {
            if (line.Number <= after)
                continue;
            WriteLine(writer, line);
            if (writer.BytesPending > FlushBytes)
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // As text: a total may pass what readers of JSON numbers hold exactly.
    private static void WriteTotal(Utf8JsonWriter writer, IEnumerable<BillLine> lines)
    {
        var total = Int128.Zero;
        foreach (var line in lines)
            total += line.AmountPico;
        writer.WriteString("total", total.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteLine(Utf8JsonWriter writer, BillLine line)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", line.Number);
        writer.WriteString("at", line.At);
        writer.WriteString("provider", line.Provider);
        writer.WriteString("model", line.Model);
        writer.WriteString("kind", line.Kind);
        writer.WriteString("endpoint", line.Endpoint);
        writer.WriteString("request", line.Request);
        writer.WriteString("batch", line.Batch);
        writer.WriteString("response_id", line.ResponseId);
        writer.WriteStartObject("usage");
        writer.WriteNumber("uncached_input", line.Usage.UncachedInput);
        writer.WriteNumber("cache_read", line.Usage.CacheRead);
        writer.WriteNumber("cache_write_short", line.Usage.CacheWriteShort);
        writer.WriteNumber("cache_write_long", line.Usage.CacheWriteLong);
        writer.WriteNumber("output", line.Usage.Output);
        writer.WriteNumber("reasoning", line.Usage.Reasoning);
        writer.WriteNumber("images", line.Usage.Images);
        writer.WriteEndObject();
        if (line.StoredTokens > 0)
        {
            writer.WriteStartObject("storage");
            writer.WriteNumber("tokens", line.StoredTokens);
            writer.WriteNumber("seconds", line.StoredFor.Ticks / (decimal)TimeSpan.TicksPerSecond);
            writer.WriteEndObject();
        }

        writer.WriteNumber("amount", line.AmountPico);
        if (line.Unpriced)
            writer.WriteBoolean("unpriced", true);
        writer.WriteEndObject();
    }
}
