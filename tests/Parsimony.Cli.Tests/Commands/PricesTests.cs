namespace Parsimony.Cli.Tests;

/// <summary>What is known of prices, one's own among it, on the command line.</summary>
public sealed class PricesTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    private const string Half = """{"discounts":[{"models":"openAI/*","percent_off":50,"source":"order 17"}]}""";

    [Fact]
    public async Task Prices_are_shown_as_they_were_on_a_day()
    {
        var before = Price((await ProgramAsync("prices", "claude-sonnet-5-5", "--on", "2026-10-06", "--json")).Exits(0));
        var after = Price((await ProgramAsync("prices", "claude-sonnet-5-5", "--on", "2026-10-07", "--json")).Exits(0));
        var table = (await ProgramAsync("prices", "openAI/gpt-5*", "--on", "2026-11-20")).Exits(0);

        Assert.Equal(("0.2", "0.1"), (before, after));
        Assert.Contains("openAI/gpt-5-mini", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("anthropic", table.Output, StringComparison.Ordinal);
        Assert.Contains("is unknown", (await ProgramAsync("prices", "gpt-nobody")).Exits(2).Errors, StringComparison.Ordinal);

        static string? Price(ProcessResult result) => Text(Lines(result.Output)[0].GetProperty("prices").EnumerateArray().First(line => Text(line, "tier") == "live"), "cache_read");
    }

    [Fact]
    public async Task The_check_passes_on_the_listed_prices_and_names_the_faults_of_a_file()
    {
        var stale = Write("stale.json", """{"provider":"groq","models":[{"model":"m","history":[{"source":"s","checked_on":"2020-01-01","live":{"input":1,"cache_read":2}}]}]}""");
        var gap = Write("gap.json", """{"provider":"groq","models":[{"model":"m","history":[{"effective_until":"2026-01-01","source":"s","checked_on":"2026-01","live":{"input":-1}},{"effective_from":"2026-02-01","checked_on":"2026-01","live":{"input":1}}]}]}""");

        (await ProgramAsync("prices", "--check", "--on", "2026-11-20")).Exits(0);
        var faults = (await ProgramAsync("prices", "--check", "--on", "2026-11-20", "--prices", stale)).Exits(1);
        var broken = (await ProgramAsync("prices", "--check", "--prices", gap)).Exits(1);

        Assert.Equal(
            [
                $"{stale} (groq/m, from the beginning): its source was last read on 2020-01-01, more than 180 days ago",
                $"{stale} (groq/m, from the beginning): live: a cache read at 2 costs more than input at 1",
            ],
            faults.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{gap}, models 1 (m), history 2: a gap: no price from 2026-01-01 until 2026-02-01", broken.Errors, StringComparison.Ordinal);
        Assert.Contains($"{gap}, models 1 (m), history 2: source is missing", broken.Errors, StringComparison.Ordinal);
        Assert.Contains("input -1 is not a price", broken.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_takes_ones_own_prices_from_the_option_the_configuration_or_the_environment()
    {
        var (input, book) = (WriteRows(4), Write("book.json", Half));
        var config = Write("config.yaml", $"prices: \"{book}\"");
        decimal Live(ProcessResult result) => Lines(result.Exits(0).Output)[0].GetProperty("live_usd").GetDecimal();

        var listed = Live(await ProgramAsync(["quote", .. Ask(input), "--json"]));

        Assert.Equal(listed / 2, Live(await ProgramAsync(["quote", .. Ask(input), "--json", "--prices", book])));
        Assert.Equal(listed / 2, Live(await ProgramAsync(["quote", .. Ask(input), "--json", "--config", config])));
        Assert.Equal(listed / 2, Live(await ProgramAsync(new Dictionary<string, string> { ["PARSIMONY_PRICES"] = book }, ["quote", .. Ask(input), "--json"])));
    }

    [Fact]
    public async Task A_run_books_by_ones_own_prices_and_refuses_a_faulty_file_before_anything_is_sent()
    {
        var input = WriteRows(2);
        var refused = await AskAsync(input, "--prices", Write("bad.json", """{"discounts":[{"models":"openAI/*","percent_off":150,"source":"s"}]}"""));
        refused.Exits(2);
        Assert.Empty(await BillAsync());
        Assert.Contains("percent_off is more than 100", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await AskAsync(input, "--prices", At("none.json"))).Exits(2).Errors, StringComparison.Ordinal);

        (await AskAsync(input, "--prices", Write("book.json", Half), "--name", "mine")).Exits(0);

        var entries = Lines((await ProgramAsync("ledger", "mine", "--json", "--store", Store)).Exits(0).Output);
        var booked = entries.Sum(row => decimal.Parse(Text(row, "cost_usd") ?? "", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((await BillAsync()).Sum(line => line.Usd) / 2, booked);
        Assert.All(entries, row => Assert.EndsWith("less 50 % (order 17)", Text(row, "source"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_LiteLLM_file_is_imported_and_can_be_used()
    {
        var file = Write("litellm.json", """{"sample_spec":{"litellm_provider":"openai"},"gpt-new":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":4e-06,"input_cost_per_audio_token":9e-06},"deepseek-chat":{"litellm_provider":"deepseek","input_cost_per_token":1e-07}}""");

        var imported = (await ProgramAsync("prices", "import", file, "--out", At("book.json"), "--read-on", "2026-11-01")).Exits(0);
        var shown = Lines((await ProgramAsync("prices", "gpt-new", "--prices", At("book.json"), "--json")).Exits(0).Output)[0].GetProperty("prices")[0];

        Assert.Equal(("1", "4", "2026-11-01"), (Text(shown, "input"), Text(shown, "output"), Text(shown, "checked_on")));
        Assert.Contains("gpt-new: taken without input_cost_per_audio_token", imported.Errors, StringComparison.Ordinal);
        Assert.Contains("deepseek: 1 entries of a provider that is none of ours", imported.Errors, StringComparison.Ordinal);
        (await ProgramAsync(["quote", .. Ask(WriteRows(1)), "--prices", At("book.json"), "--json"])).Exits(0);
        Assert.Contains("not JSON, line 1", (await ProgramAsync("prices", "import", Write("no.json", "nothing"))).Exits(2).Errors, StringComparison.Ordinal);
    }
}
