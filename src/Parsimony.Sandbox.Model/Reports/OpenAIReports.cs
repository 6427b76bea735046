using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// OpenAI's usage and costs of an organization, from the sandbox's own bill
/// (https://developers.openai.com/api/reference/resources/admin/subresources/organization/subresources/usage, read 2026-11-21).
/// UNVERIFIED: the texts of <c>line_item</c>, which are those other people's readers expect, and the name of the field for cache writes.
/// </summary>
internal sealed class OpenAIReports(WorldState state)
{
    private const int MostCostDays = 180;
    private const int MostUsageDays = 31;

    /// <summary>The reply; null when the question cannot be meant.</summary>
    public SandboxResponse? Answer(Call call)
    {
        var isCost = call.Operation == Operation.CostReport;
        if (ReportWindow.Read(call, "start_time", "end_time", isCost ? MostCostDays : MostUsageDays) is not { } window)
            return null;
        var visible = state.Reported(call, window).Where(line => isCost || line.Endpoint == "/v1/embeddings" == (call.Id == "embeddings")).ToLookup(line => ReportWindow.Day(line.At));
        var groups = call.Queries("group_by");
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteString("object", "page");
            writer.WriteStartArray("data");
            foreach (var day in window.Days)
            {
                writer.WriteStartObject();
                writer.WriteString("object", "bucket");
                writer.WriteNumber("start_time", day.ToUnixTimeSeconds());
                writer.WriteNumber("end_time", day.AddDays(1).ToUnixTimeSeconds());
                writer.WriteStartArray("results");
                if (isCost)
                    WriteCosts(writer, visible[day], groups);
                else
                    WriteUsage(writer, visible[day], groups, call.Id);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more", window.NextPage is not null);
            writer.WriteString("next_page", window.NextPage);
        }));
    }

    private static void WriteCosts(Utf8JsonWriter writer, IEnumerable<BillLine> lines, IReadOnlyList<string> groups)
    {
        var parts = BilledPart.Of(lines).GroupBy(part => (Item: groups.Contains("line_item") ? Item(part) : null, Key: groups.Contains("api_key_id") ? part.Line.Key : null));
        foreach (var group in parts.OrderBy(group => group.Key.Item, StringComparer.Ordinal).ThenBy(group => group.Key.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("object", "organization.costs.result");
            writer.WriteStartObject("amount");
            writer.WriteNumber("value", Sum(group) / 1_000_000_000_000m);
            writer.WriteString("currency", "usd");
            writer.WriteEndObject();
            writer.WriteString("line_item", group.Key.Item);
            writer.WriteNull("project_id");
            writer.WriteString("api_key_id", group.Key.Key);
            writer.WriteEndObject();
        }
    }

    private static void WriteUsage(Utf8JsonWriter writer, IEnumerable<BillLine> lines, IReadOnlyList<string> groups, string kind)
    {
        var rows = lines.GroupBy(line => (
            Model: groups.Contains("model") ? line.Model : null,
            Batch: groups.Contains("batch") ? line.Kind == "batch" : default(bool?),
            Key: groups.Contains("api_key_id") ? line.Key : null));
        foreach (var row in rows.OrderBy(row => row.Key.Model, StringComparer.Ordinal).ThenBy(row => row.Key.Batch).ThenBy(row => row.Key.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("object", $"organization.usage.{kind}.result");
            writer.WriteNumber("input_tokens", row.Sum(line => line.Usage.TotalInput));
            if (kind == "completions")
            {
                writer.WriteNumber("input_cached_tokens", row.Sum(line => line.Usage.CacheRead));
                writer.WriteNumber("input_cache_write_tokens", row.Sum(line => line.Usage.CacheWriteShort + line.Usage.CacheWriteLong));
                writer.WriteNumber("output_tokens", row.Sum(line => line.Usage.Output));
            }

            writer.WriteNumber("num_model_requests", row.Count());
            writer.WriteNull("project_id");
            writer.WriteNull("user_id");
            writer.WriteString("api_key_id", row.Key.Key);
            writer.WriteString("model", row.Key.Model);
            if (row.Key.Batch is { } batch)
                writer.WriteBoolean("batch", batch);
            else
                writer.WriteNull("batch");
            writer.WriteEndObject();
        }
    }

    private static string Item(BilledPart part)
    {
        var kind = part.Part switch
        {
            TokenPart.Output => "output",
            TokenPart.CacheRead => "cached input",
            TokenPart.WriteShort or TokenPart.WriteLong => "cache writes",
            _ => "input",
        };
        var isLong = SandboxPrices.IsLong(part.Line.Provider, part.Line.Model, part.Line.Usage, part.Line.At);
        return string.Create(CultureInfo.InvariantCulture, $"{part.Line.Model}, {kind}{(isLong ? ", long context" : "")}");
    }

    private static decimal Sum(IEnumerable<BilledPart> parts)
    {
        var sum = 0m;
        foreach (var part in parts)
            sum += (decimal)part.Pico;
        return sum;
    }
}
