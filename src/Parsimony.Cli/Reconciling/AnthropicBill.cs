using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Reads Anthropic's usage and cost reports of an organization.</summary>
/// <remarks>
/// <c>GET /v1/organizations/usage_report/messages</c> and <c>/v1/organizations/cost_report</c> with an admin key as <c>x-api-key</c>: RFC 3339, days of UTC, at most 31 a page,
/// <c>group_by[]</c> once for each field, pages by <c>page</c> and <c>next_page</c>. Amounts are decimal text in cents: <c>"123.45"</c> is 1.2345 USD
/// (https://platform.claude.com/docs/en/api/admin/usage_report/retrieve_messages.md and https://platform.claude.com/docs/en/api/admin/cost_report.md, read 2026-11-21).
/// The priority tier is in no cost report (https://platform.claude.com/docs/en/manage-claude/usage-cost-api, read 2026-11-21).
/// </remarks>
internal sealed class AnthropicBill(ReportPages pages, Uri address, AdminKey key)
{
    private const int PageDays = 31;

    private readonly IReadOnlyList<(string Name, string Value)> _headers = [("x-api-key", key.Value), ("anthropic-version", "2023-06-01")];

    public async Task<BilledReport> ReadAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var report = new BilledReport(ProviderId.Anthropic);
        foreach (var (day, result) in await BucketsAsync("cost_report", ["description"], from, until, cancellationToken).ConfigureAwait(false))
        {
            if (result.Number("amount") is { } text)
            {
                var cents = BilledReport.Amount(text);
                report.Add(
                    new BilledCost(day, result.Text("model"), Tier(result.Text("service_tier")), Kind(result.Text("token_type")), cents / 100)
                    {
                        Label = result.Text("description") ?? "",
                        IsLong = result.Text("context_window") is "200k-1M",
                    },
                    cents.Scale + 2);
            }
        }

        foreach (var (day, result) in await BucketsAsync("usage_report/messages", ["model", "service_tier", "api_key_id"], from, until, cancellationToken).ConfigureAwait(false))
        {
            if (result.Text("model") is { } model)
            {
                var written = result.Member("cache_creation");
                var usage = new TokenUsage
                {
                    UncachedInput = result.Count("uncached_input_tokens"),
                    CacheRead = result.Count("cache_read_input_tokens"),
                    CacheWriteShort = written.Count("ephemeral_5m_input_tokens"),
                    CacheWriteLong = written.Count("ephemeral_1h_input_tokens"),
                    Output = result.Count("output_tokens"),
                };
                report.Add(new BilledUsage(day, model, Tier(result.Text("service_tier")), usage) { Key = result.Text("api_key_id") });
            }
        }

        return report;
    }

    /// <summary>The kind of token by its name in reports and in the console's exports.</summary>
    public static TokenKind? Kind(string? name) => name switch
    {
        "uncached_input_tokens" or "input_no_cache" => TokenKind.Input,
        "output_tokens" or "output" => TokenKind.Output,
        "cache_read_input_tokens" or "input_cache_read" => TokenKind.CacheRead,
        "cache_creation.ephemeral_5m_input_tokens" or "input_cache_write_5m" => TokenKind.CacheWriteShort,
        "cache_creation.ephemeral_1h_input_tokens" or "input_cache_write_1h" => TokenKind.CacheWriteLong,
        _ => null,
    };

    /// <summary>The tier by its name in reports.</summary>
    public static PriceTier? Tier(string? name) => name switch
    {
        "standard" => PriceTier.Live,
        "batch" => PriceTier.Batch,
        "flex" or "flex_discount" => PriceTier.Flex,
        "priority" or "priority_on_demand" => PriceTier.Priority,
        _ => null,
    };

    private async Task<IReadOnlyList<(DateOnly Day, JsonElement Result)>> BucketsAsync(string what, string[] groups, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var first = new Uri(string.Create(
            CultureInfo.InvariantCulture,
            $"{address.ToString().TrimEnd('/')}/v1/organizations/{what}?starting_at={Text(from)}&ending_at={Text(until)}&bucket_width=1d&limit={PageDays}{string.Concat(groups.Select(group => "&group_by[]=" + group))}"));
        var buckets = await pages.ReadAsync(first, key, _headers, cancellationToken).ConfigureAwait(false);
        return [.. buckets.Where(bucket => Day(bucket) is not null).SelectMany(bucket => bucket.Items("results").Select(result => (Day(bucket) ?? default, result)))];
    }

    private static DateOnly? Day(JsonElement bucket) =>
        DateTimeOffset.TryParse(bucket.Text("starting_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? DateOnly.FromDateTime(at.UtcDateTime) : null;

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
