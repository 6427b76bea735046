using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The fields of a report for machines: one list for CSV and JSON. Amounts have all their digits.</summary>
internal static class ReportFields
{
    /// <summary>Names and texts, in order.</summary>
    public static IEnumerable<(string Name, string Text)> Of(ReportSums sums) =>
    [
        ("calls", Whole(sums.Calls)),
        ("batch_calls", Whole(sums.BatchCalls)),
        ("cache_hits", Whole(sums.CacheHits)),
        ("unknown_cost_calls", Whole(sums.UnknownCost)),
        ("input_tokens", Whole(sums.Usage.TotalInput)),
        ("cache_read_tokens", Whole(sums.Usage.CacheRead)),
        ("cache_write_tokens", Whole(sums.Usage.CacheWriteShort + sums.Usage.CacheWriteLong)),
        ("output_tokens", Whole(sums.Usage.TotalOutput)),
        ("images", Whole(sums.Usage.Images)),
        ("baseline_usd", Money(sums.BaselineUsd)),
        ("cost_usd", Money(sums.CostUsd)),
        ("saved_usd", Money(sums.SavedUsd)),
        ("saved_by_batch_usd", Money(sums.SavedByBatchUsd)),
        ("saved_by_cache_usd", Money(sums.SavedByCacheUsd)),
        ("saved_by_tier_usd", Money(sums.SavedByTierUsd)),
        ("saved_by_reuse_usd", Money(sums.SavedByReuseUsd)),
        ("saved_by_routing_usd", Money(sums.SavedByRoutingUsd)),
        ("unknown_upper_bound_usd", Money(sums.UpperBoundUsd)),
    ];

    /// <summary>Writes them into an object: counts as numbers, amounts as texts.</summary>
    public static void Write(Utf8JsonWriter writer, ReportSums sums)
    {
        foreach (var (name, text) in Of(sums))
        {
            if (name.EndsWith("_usd", StringComparison.Ordinal))
            {
                writer.WriteString(name, text);
            }
            else
            {
                writer.WriteNumber(name, long.Parse(text, CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>An amount with all its digits, and no more.</summary>
    public static string Money(decimal usd) => usd.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Whole(long count) => count.ToString(CultureInfo.InvariantCulture);
}
