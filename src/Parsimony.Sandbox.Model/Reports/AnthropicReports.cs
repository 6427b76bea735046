using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Anthropic's usage and cost reports of an organization, from the sandbox's own bill
/// (https://platform.claude.com/docs/en/api/admin/usage_report/retrieve_messages.md and https://platform.claude.com/docs/en/api/admin/cost_report.md,
/// read 2026-11-21). Amounts are cents as decimal text: <c>"123.45"</c> is 1.2345 USD.
/// </summary>
internal sealed class AnthropicReports(WorldState state)
{
    private const int MostDays = 31;
    private const long LargeWindow = 200_000;

    /// <summary>The reply; null when the question cannot be meant.</summary>
    public SandboxResponse? Answer(Call call)
    {
        if (ReportWindow.Read(call, "starting_at", "ending_at", MostDays) is not { } window)
            return null;
        var visible = state.Reported(call, window).ToLookup(line => ReportWindow.Day(line.At));
        var groups = call.Queries("group_by");
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("data");
            foreach (var day in window.Days)
            {
                writer.WriteStartObject();
                writer.WriteString("starting_at", ReportWindow.Text(day));
                writer.WriteString("ending_at", ReportWindow.Text(day.AddDays(1)));
                writer.WriteStartArray("results");
                if (call.Operation == Operation.CostReport)
                    WriteCosts(writer, visible[day], groups.Contains("description"));
                else
                    WriteUsage(writer, visible[day], groups);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more", window.NextPage is not null);
            writer.WriteString("next_page", window.NextPage);
        }));
    }

    private static void WriteCosts(Utf8JsonWriter writer, IEnumerable<BillLine> lines, bool isGrouped)
    {
        var parts = BilledPart.Of(lines).GroupBy(part => isGrouped ? (part.Line.Model, part.Line.Kind, Window: Window(part.Line), Part: (TokenPart?)part.Part) : default);
        foreach (var group in parts.OrderBy(group => group.Key.Model, StringComparer.Ordinal).ThenBy(group => group.Key.Kind, StringComparer.Ordinal).ThenBy(group => group.Key.Part))
        {
            var (model, kind, window, part) = group.Key;
            writer.WriteStartObject();
            writer.WriteString("amount", (group.Aggregate(0m, (sum, one) => sum + (decimal)one.Pico) / 10_000_000_000m).ToString(CultureInfo.InvariantCulture));
            writer.WriteString("currency", "USD");
            writer.WriteString("cost_type", part is null ? null : "tokens");
            writer.WriteString("description", part is null ? null : $"{model} Usage - {part}");
            writer.WriteString("model", model);
            writer.WriteString("service_tier", kind is null ? null : Tier(kind));
            writer.WriteString("context_window", window);
            writer.WriteString("token_type", part switch
            {
                TokenPart.Input => "uncached_input_tokens",
                TokenPart.CacheRead => "cache_read_input_tokens",
                TokenPart.WriteShort => "cache_creation.ephemeral_5m_input_tokens",
                TokenPart.WriteLong => "cache_creation.ephemeral_1h_input_tokens",
                TokenPart.Output => "output_tokens",
                _ => null,
            });
            writer.WriteNull("workspace_id");
            writer.WriteEndObject();
        }
    }

    private static void WriteUsage(Utf8JsonWriter writer, IEnumerable<BillLine> lines, IReadOnlyList<string> groups)
    {
        var rows = lines.GroupBy(line => (
            Model: groups.Contains("model") ? line.Model : null,
            Tier: groups.Contains("service_tier") ? Tier(line.Kind) : null,
            Key: groups.Contains("api_key_id") ? line.Key : null,
            Window: groups.Contains("context_window") ? Window(line) : null));
        foreach (var row in rows.OrderBy(row => row.Key.Model, StringComparer.Ordinal).ThenBy(row => row.Key.Tier, StringComparer.Ordinal).ThenBy(row => row.Key.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteNumber("uncached_input_tokens", row.Sum(line => line.Usage.UncachedInput));
            writer.WriteNumber("cache_read_input_tokens", row.Sum(line => line.Usage.CacheRead));
            writer.WriteStartObject("cache_creation");
            writer.WriteNumber("ephemeral_5m_input_tokens", row.Sum(line => line.Usage.CacheWriteShort));
            writer.WriteNumber("ephemeral_1h_input_tokens", row.Sum(line => line.Usage.CacheWriteLong));
            writer.WriteEndObject();
            writer.WriteNumber("output_tokens", row.Sum(line => line.Usage.Output));
            writer.WriteStartObject("server_tool_use");
            writer.WriteNumber("web_search_requests", 0);
            writer.WriteEndObject();
            writer.WriteString("api_key_id", row.Key.Key);
            writer.WriteNull("workspace_id");
            writer.WriteString("model", row.Key.Model);
            writer.WriteString("service_tier", row.Key.Tier);
            writer.WriteString("context_window", row.Key.Window);
            writer.WriteEndObject();
        }
    }

    private static string Tier(string kind) => kind == "batch" ? "batch" : "standard";

    private static string Window(BillLine line) => line.Usage.TotalInput > LargeWindow ? "200k-1M" : "0-200k";
}
