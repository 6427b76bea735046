using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parsimony.Cli;

/// <summary>Reads OpenAI's costs and usage of an organization.</summary>
/// <remarks>
/// <c>GET /v1/organization/costs</c> and <c>/v1/organization/usage/{completions,embeddings}</c> with an admin key as bearer token: Unix seconds, days of UTC, <c>group_by</c>
/// once for each field, pages by <c>page</c> and <c>next_page</c>; costs are <c>amount.value</c> in USD
/// (https://developers.openai.com/api/reference/resources/admin/subresources/organization/subresources/usage/methods/costs/ and .../methods/completions/; fields as in
/// https://docs.rs/crate/openai-client-base/0.16.0/source/src/models/usage_completions_result.rs, all read 2026-11-21). <c>input_tokens</c> holds cached and written ones.
/// UNVERIFIED: the texts of <c>line_item</c> (as other readers expect them: <c>gpt-5.5-2026-04-23, cached input</c>, with <c>, long context</c> behind and <c>priority | </c>
/// before), whether batches are told apart in them, and the name of the field for written tokens.
/// </remarks>
internal sealed partial class OpenAIBill(ReportPages pages, Uri address, AdminKey key)
{
    private const int PageDays = 31;

    private readonly IReadOnlyList<(string Name, string Value)> _headers = [("Authorization", "Bearer " + key.Value)];

    public async Task<BilledReport> ReadAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var report = new BilledReport(ProviderId.OpenAI);
        foreach (var (day, result) in await BucketsAsync("costs", "group_by=line_item", from, until, cancellationToken).ConfigureAwait(false))
        {
            if (result.Member("amount").Number("value") is { } text)
            {
                var usd = BilledReport.Amount(text);
                report.Add(Cost(day, result.Text("line_item"), usd) with { Key = result.Text("api_key_id") }, usd.Scale);
            }
        }

        foreach (var (day, result) in await BucketsAsync("usage/completions", "group_by=model&group_by=batch&group_by=api_key_id", from, until, cancellationToken).ConfigureAwait(false))
        {
            Add(report, day, result);
        }

        foreach (var (day, result) in await BucketsAsync("usage/embeddings", "group_by=model&group_by=api_key_id", from, until, cancellationToken).ConfigureAwait(false))
        {
            Add(report, day, result);
        }

        return report;
    }

    /// <summary>What a line item is for.</summary>
    public static BilledCost Cost(DateOnly day, string? item, decimal usd)
    {
        if (item is null || LineItem().Match(item) is not { Success: true } match)
        {
            return new BilledCost(day, null, null, null, usd) { Label = item ?? "" };
        }

        TokenKind? kind = match.Groups["kind"].Value switch
        {
            "input" => TokenKind.Input,
            "output" => TokenKind.Output,
            "cached input" => TokenKind.CacheRead,
            _ => TokenKind.CacheWriteShort,
        };
        PriceTier? tier = match.Groups["tier"].Value switch { "batch" => PriceTier.Batch, "flex" => PriceTier.Flex, "priority" => PriceTier.Priority, _ => null };
        return new BilledCost(day, match.Groups["model"].Value, tier, kind, usd) { Label = item, IsLong = match.Groups["long"].Success };
    }

    private static void Add(BilledReport report, DateOnly day, JsonElement result)
    {
        if (result.Text("model") is not { } model)
        {
            return;
        }

        var read = result.Count("input_cached_tokens");
        var written = result.EnumerateObject().Where(member => member.Name.StartsWith("input_", StringComparison.Ordinal)
            && member.Name.Contains("cache", StringComparison.Ordinal) && member.Name.Contains("write", StringComparison.Ordinal)).Select(member => result.Count(member.Name)).DefaultIfEmpty(0).Max();
        PriceTier? tier = result.Member("batch").ValueKind switch { JsonValueKind.True => PriceTier.Batch, JsonValueKind.False => PriceTier.Live, _ => null };
        tier = result.Text("service_tier") switch { "flex" => PriceTier.Flex, "priority" => PriceTier.Priority, _ => tier };
        var usage = new TokenUsage
        {
            UncachedInput = result.Count("input_tokens") - read - written,
            CacheRead = read,
            CacheWriteShort = written,
            Output = result.Count("output_tokens"),
        };
        report.Add(new BilledUsage(day, model, tier, usage) { Requests = result.Count("num_model_requests"), Key = result.Text("api_key_id") });
    }

    private async Task<IReadOnlyList<(DateOnly Day, JsonElement Result)>> BucketsAsync(string what, string group, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var first = new Uri(string.Create(
            CultureInfo.InvariantCulture,
            $"{address.ToString().TrimEnd('/')}/organization/{what}?start_time={from.ToUnixTimeSeconds()}&end_time={until.ToUnixTimeSeconds()}&bucket_width=1d&limit={PageDays}&{group}"));
        var buckets = await pages.ReadAsync(first, key, _headers, cancellationToken).ConfigureAwait(false);
        return [.. buckets.SelectMany(bucket => bucket.Items("results").Select(result => (DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(bucket.Count("start_time")).UtcDateTime), result)))];
    }

    [GeneratedRegex(@"^((?<tier>batch|flex|priority) \| )?(?<model>[^,|]+?), (?<kind>input|output|cached input|cache writes)(?<long>, long context)?$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex LineItem();
}
