using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Reports in the columns of the FinOps Open Cost and Usage Specification, for tools that read it.</summary>
/// <remarks>
/// FOCUS 1.2: https://focus.finops.org/focus-specification/v1-2/ and https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec (read 2026-11-21).
/// All its mandatory columns are there, in their order; ours begin with <c>x_</c>, as the specification asks. A charge is what one model cost one
/// payer by one route in one period. ListCost is the plain live price of the same usage; the other costs are what was billed.
/// </remarks>
internal static class FocusCsv
{
    private static readonly string[] Columns =
    [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass",
        "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost",
        "InvoiceIssuerName", "ListCost", "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
        "ServiceSubcategory", "SkuId", "SubAccountId", "SubAccountName", "Tags",
        "x_Calls", "x_InputTokens", "x_CacheReadTokens", "x_CacheWriteTokens", "x_OutputTokens", "x_UnknownCostCalls", "x_UnknownCostUpperBound",
        "x_SavedByBatch", "x_SavedByCache", "x_SavedByTier", "x_SavedByReuse", "x_SavedByRouting", "x_Route", "x_Key", "x_Component", "x_Agent", "x_Session",
    ];

    /// <summary>Writes the file to standard output.</summary>
    public static void Write(Terminal terminal, LedgerReport report, ReportPeriod period)
    {
        terminal.Line(CsvLine.Of(Columns));
        foreach (var row in report.Rows)
        {
            terminal.Line(CsvLine.Of(Fields(row, period)));
        }
    }

    private static string[] Fields(ReportRow row, ReportPeriod period)
    {
        var (credential, provider, model, route) = (row.Group[0], row.Group[1], row.Group[2], row.Group[3]);
        var (tenant, key, component, agent, session) = (row.Group[4], row.Group[5], row.Group[6], row.Group[7], row.Group[8]);
        var (start, sums) = (row.Start ?? DateTimeOffset.UnixEpoch, row.Sums);
        var month = LedgerReport.StartOf(ReportPeriod.Month, start);
        var (cost, tokens) = (ReportFields.Money(sums.CostUsd), Text(sums.Usage.TotalInput + sums.Usage.TotalOutput));
        return
        [
            cost, credential, credential, "USD", ReportView.Iso(month.AddMonths(1)), ReportView.Iso(month), "Usage", "",
            $"{model}, {route}", "Usage-Based", ReportView.Iso(LedgerReport.EndOf(period, start)), ReportView.Iso(start), tokens, "Tokens", cost, cost,
            provider, ReportFields.Money(sums.BaselineUsd), "Standard", tokens, "Tokens", provider, provider, "AI and Machine Learning", provider,
            "Generative AI", $"{model}/{route}", tenant, tenant, Tags(row.Group[9]),
            Text(sums.Calls), Text(sums.Usage.TotalInput), Text(sums.Usage.CacheRead), Text(sums.Usage.CacheWriteShort + sums.Usage.CacheWriteLong),
            Text(sums.Usage.TotalOutput), Text(sums.UnknownCost), ReportFields.Money(sums.UpperBoundUsd),
            ReportFields.Money(sums.SavedByBatchUsd), ReportFields.Money(sums.SavedByCacheUsd), ReportFields.Money(sums.SavedByTierUsd),
            ReportFields.Money(sums.SavedByReuseUsd), ReportFields.Money(sums.SavedByRoutingUsd), route, key, component, agent, session,
        ];
    }

    // FOCUS has tags as a JSON object.
    private static string Tags(string tags)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var tag in tags.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(tag => tag.Split('=', 2)).DistinctBy(tag => tag[0], StringComparer.Ordinal))
            {
                writer.WriteString(tag[0], tag.Length > 1 ? tag[1] : "");
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
}
