using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>The worked examples are arithmetic on the price book, and agree with what is known of them line by line.</summary>
public sealed class ScenarioTests
{
    [Theory]
    [InlineData("month", "live", "13500", "13500")]
    [InlineData("month", "batch", "6750", "6750")]
    [InlineData("month", "sheet", "4927.50", "4927.50")]
    [InlineData("month", "bill_short", "4983.75", null)]
    [InlineData("month", "bill_long", "5152.50", null)]
    [InlineData("month", "best_sheet", "4441.50", "4442.25")]
    [InlineData("month", "best_bill_short", "4475.25", null)]
    [InlineData("month", "best_bill_long", "4576.50", null)]
    [InlineData("sheet_lines", "uncached_input", "750", null)]
    [InlineData("sheet_lines", "cache_read", "202.50", null)]
    [InlineData("sheet_lines", "missed", "225", null)]
    [InlineData("sheet_lines", "output", "3750", null)]
    [InlineData("best_sheet_lines", "uncached_input", "300", null)]
    [InlineData("best_sheet_lines", "cache_read", "256.50", null)]
    [InlineData("best_sheet_lines", "missed", "135", null)]
    [InlineData("year", "live", "162000", "162000")]
    [InlineData("year", "batch", "81000", "81000")]
    [InlineData("year", "sheet", "59124", "59124")]
    [InlineData("year", "best_sheet", "53304", "53304")]
    [InlineData("planner", "expected_short", "5656.50", null)]
    [InlineData("planner", "best_short", "4776.75", null)]
    [InlineData("planner", "worst_short", "6536.25", null)]
    [InlineData("planner", "worst_long", "7717.50", null)]
    [InlineData("needed", "short", "0.971014", null)]
    public async Task A_month_of_documents_is_as_the_bill_would_have_it(string section, string line, string computed, string? documents)
    {
        var found = (await QuoteAsync("--scenario", "pipeshub")).GetProperty(section).GetProperty(line);

        Assert.Equal(Number(computed), found.GetProperty("computed").GetDecimal());
        decimal? said = found.TryGetProperty("documents", out var stated) ? stated.GetDecimal() : null;
        Assert.Equal(documents is null ? default(decimal?) : Number(documents), said);
    }

    [Theory]
    [InlineData("calls", "language", "18", "18")]
    [InlineData("calls", "vision", "27", "27")]
    [InlineData("calls", "all", "45", "45")]
    [InlineData("apart", "images", "27", null)]
    [InlineData("apart", "pairwise", "108", null)]
    [InlineData("session", "live", "6.75", "6.75")]
    [InlineData("session", "batch", "3.375", "3.38")]
    [InlineData("session", "ensemble_live", "20.25", "20.25")]
    [InlineData("session", "ensemble_batch", "10.125", "10.13")]
    [InlineData("year", "ensemble_live", "20250", "20250")]
    [InlineData("year", "ensemble_batch", "10125", "10125")]
    public async Task A_session_of_image_search_is_as_its_table_says(string section, string line, string computed, string? documents)
    {
        var found = (await QuoteAsync("--scenario", "image-session")).GetProperty(section).GetProperty(line);

        Assert.Equal(Number(computed), found.GetProperty("computed").GetDecimal());
        decimal? said = found.TryGetProperty("documents", out var stated) ? stated.GetDecimal() : null;
        Assert.Equal(documents is null ? default(decimal?) : Number(documents), said);
    }

    [Fact]
    public async Task The_lines_of_a_sheet_add_up_to_it()
    {
        var report = await QuoteAsync("--scenario", "pipeshub", "--documents", "1234", "--hit-rate", "0.37", "--cacheable-tokens", "1111");

        Assert.Equal(
            report.GetProperty("month").GetProperty("sheet").GetProperty("computed").GetDecimal(),
            report.GetProperty("sheet_lines").EnumerateObject().Sum(line => line.Value.GetProperty("computed").GetDecimal()));
        Assert.DoesNotContain("documents\":", report.GetRawText(), StringComparison.Ordinal);
        Assert.False(report.TryGetProperty("needed", out _));
    }

    [Fact]
    public async Task The_calls_of_a_table_add_up_whatever_the_search()
    {
        var calls = (await QuoteAsync("--scenario", "image-session", "--candidates", "12", "--kept", "4", "--iterations", "5")).GetProperty("calls");
        decimal Of(string line) => calls.GetProperty(line).GetProperty("computed").GetDecimal();

        Assert.Equal((12m + 20m, 60m, 92m), (Of("expand") + Of("refine"), Of("score"), Of("all")));
    }

    [Fact]
    public async Task Another_model_is_priced_by_its_own_row()
    {
        var report = await QuoteAsync("--scenario", "image-session", "--model", "openAI/gpt-5-mini", "--input-tokens", "1000000", "--output-tokens", "0");

        Assert.Equal((45 * 0.25m, 45 * 0.125m), (report.GetProperty("session").GetProperty("live").GetProperty("computed").GetDecimal(), report.GetProperty("session").GetProperty("batch").GetProperty("computed").GetDecimal()));
    }

    [Fact]
    public async Task The_tables_name_the_slips_of_the_paper()
    {
        var text = (await ProgramAsync("quote", "--scenario", "pipeshub")).Exits(0).Output;

        Assert.Contains("4,442.25; its own lines add up to 4,441.50", text, StringComparison.Ordinal);
        Assert.Contains("56.25 USD a month", text, StringComparison.Ordinal);
        Assert.Contains("97.1 %", text, StringComparison.Ordinal);
        Assert.Contains("108 more vision calls", (await ProgramAsync("quote", "--scenario", "image-session")).Exits(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write pipeshub or image-session", "--scenario", "other")]
    [InlineData("leave the input out", "in.jsonl", "--scenario", "pipeshub")]
    [InlineData("Name an input")]
    [InlineData("write a share from 0 to 1", "--scenario", "pipeshub", "--hit-rate", "90")]
    [InlineData("no more than the input has", "--scenario", "pipeshub", "--cacheable-tokens", "3000")]
    [InlineData("write 1 or more", "--scenario", "image-session", "--kept", "0")]
    [InlineData("no price is listed", "--scenario", "pipeshub", "--model", "openAI/nobody")]
    public async Task What_cannot_be_meant_is_refused(string message, params string[] arguments) =>
        Assert.Contains(message, (await ProgramAsync(["quote", .. arguments])).Exits(2).Errors, StringComparison.Ordinal);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<JsonElement> QuoteAsync(params string[] arguments)
    {
        var output = (await ProgramAsync(["quote", "--json", .. arguments])).Exits(0).Output;
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static async Task<ProcessResult> ProgramAsync(params string[] arguments)
    {
        using var program = ParsimonyProcess.Start(new Dictionary<string, string>(), arguments);
        return await program.EndAsync(TestContext.Current.CancellationToken);
    }
}
