namespace Parsimony.Engine.Tests;

public sealed class LedgerReportTests
{
    private static readonly DateTimeOffset Sunday = new(2026, 11, 1, 23, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ReportPeriod.Hour, "2026-11-01T23", "2026-11-02T00")]
    [InlineData(ReportPeriod.Day, "2026-11-01T00", "2026-11-02T00")]
    [InlineData(ReportPeriod.Week, "2026-10-26T00", "2026-11-02T00")]
    [InlineData(ReportPeriod.Month, "2026-11-01T00", null)]
    public async Task Time_is_cut_at_UTC_and_weeks_on_Mondays(ReportPeriod by, string first, string? second)
    {
        var report = await SumAsync(new ReportQuery { By = by }, Given(Sunday), Given(Sunday.AddHours(1)));

        Assert.Equal(second is null ? [first] : [first, second], report.Rows.Select(row => row.Start?.ToString("yyyy-MM-ddTHH", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal((2m, 2L), (report.Total.CostUsd, report.Total.Calls));
        Assert.Equal(LedgerReport.StartOf(by, Sunday.AddHours(1)), second is null ? report.Rows[0].Start : LedgerReport.EndOf(by, report.Rows[0].Start ?? default));
    }

    [Fact]
    public async Task Each_tag_is_a_group_and_the_total_counts_each_call_once()
    {
        var report = await SumAsync(
            new ReportQuery { Group = [ReportDimension.Tenant, ReportDimension.Tag] },
            Given(Sunday, "acme", "a=1,b=2"), Given(Sunday, "acme", "a=1"), Given(Sunday));

        Assert.Equal([("", "", 1m), ("acme", "a=1", 2m), ("acme", "b=2", 1m)], report.Rows.Select(row => (row.Group[0], row.Group[1], row.Sums.CostUsd)));
        Assert.Equal(3m, report.Total.CostUsd);
        Assert.All(report.Rows, row => Assert.Null(row.Start));
    }

    [Fact]
    public async Task Figures_follow_from_the_sums_and_are_unknown_of_nothing()
    {
        var report = await SumAsync(
            new ReportQuery(),
            Given(Sunday) with { Route = Route.Batch, Entries = 3, CacheHits = 1, Unknown = 1, BaselineUsd = 4, SavedByBatchUsd = 2, SavedByCacheUsd = 1, Usage = new TokenUsage { UncachedInput = 900, Output = 100 } });
        var none = (await SumAsync(new ReportQuery())).Total;

        Assert.Equal((0.5m, 1m, 3m, 0.75m, 1m / 3m, 1m), (report.Total.UsdPerCall, report.Total.UsdPerThousandTokens, report.Total.SavedUsd, report.Total.SavedShare, report.Total.HitRate, report.Total.BatchShare));
        Assert.Equal((null, null, null, null, null), (none.UsdPerCall, none.UsdPerThousandTokens, none.SavedShare, none.HitRate, none.BatchShare));
    }

    private static Task<LedgerReport> SumAsync(ReportQuery query, params Rollup[] rollups) =>
        LedgerReport.SumAsync(rollups.ToAsyncEnumerable(), query, TestContext.Current.CancellationToken);

    private static Rollup Given(DateTimeOffset start, string tenant = "", string tags = "") => new()
    {
        Start = start,
        Route = Route.Live,
        Entries = 1,
        CostUsd = 1,
        Profile = new RequestProfile { Model = ModelId.Parse("openAI/gpt-5-mini"), Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Tenant = tenant, Tags = tags },
    };
}
