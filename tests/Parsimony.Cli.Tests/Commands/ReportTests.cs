using System.Globalization;
using System.Text.Json;
using Parsimony.Storage.Postgres.Tests;

namespace Parsimony.Cli.Tests;

/// <summary>Reports say what the ledger says, to the last digit.</summary>
public sealed class ReportTests(SandboxProcess sandbox, PostgresServer postgres) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task Sums_are_those_of_the_ledger_and_of_the_bill()
    {
        await FillAsync(Store);

        await AssertReportIsTheLedgerAsync(Store);
        Assert.Equal((await BillAsync()).Sum(line => line.Usd), Money((await ReportAsync("--store", Store)).GetProperty("total"), "cost_usd"));
    }

    [Fact]
    public async Task Sums_are_those_of_the_ledger_on_PostgreSQL()
    {
        var database = await postgres.CreateDatabaseAsync();
        await FillAsync(database);

        await AssertReportIsTheLedgerAsync(database);
    }

    [Fact]
    public async Task A_table_CSV_and_FOCUS_say_the_same()
    {
        await FillAsync(Store);
        var total = (await ReportAsync("--store", Store)).GetProperty("total");

        var table = (await ProgramAsync("report", "--group", "model", "--by", "day", "--store", Store)).Exits(0).Output;
        var csv = Csv((await ProgramAsync("report", "--group", "tenant", "--format", "csv", "--store", Store)).Exits(0).Output);
        var focus = Csv((await ProgramAsync("report", "--format", "focus", "--store", Store)).Exits(0).Output);

        Assert.Contains(Model, table, StringComparison.Ordinal);
        Assert.Equal(["acme", "other"], csv.Select(row => row["tenant"]));
        Assert.Equal(Money(total, "cost_usd"), csv.Sum(row => Number(row["cost_usd"])));
        Assert.Equal(Money(total, "cost_usd"), focus.Sum(row => Number(row["BilledCost"])));
        Assert.Equal(Money(total, "baseline_usd"), focus.Sum(row => Number(row["ListCost"])));
        Assert.All(focus, row => Assert.Equal(("USD", "openAI", "AI and Machine Learning", "Usage", ""), (row["BillingCurrency"], row["ProviderName"], row["ServiceCategory"], row["ChargeCategory"], row["ChargeClass"])));
        Assert.Contains(focus, row => row["SubAccountId"] == "acme" && row["Tags"] == """{"team":"blue"}""");
    }

    [Fact]
    public async Task Two_times_are_compared()
    {
        await FillAsync(Store);

        var all = "2000-01-01..2100-01-01";
        var same = Lines((await ProgramAsync("report", "--before", all, "--after", all, "--format", "json", "--store", Store)).Exits(0).Output)[0];
        var none = Lines((await ProgramAsync("report", "--before", "2000-01-01..2001-01-01", "--after", all, "--format", "json", "--store", Store)).Exits(0).Output)[0];

        Assert.Equal(("6", "6", "0"), (Text(same.GetProperty("calls"), "before"), Text(same.GetProperty("calls"), "after"), Text(same.GetProperty("calls"), "change_percent")));
        Assert.Equal(JsonValueKind.Null, none.GetProperty("usd_per_request").GetProperty("before").ValueKind);
        Assert.Equal("1", Text(none.GetProperty("batch_share"), "after"));
        (await ProgramAsync("report", "--before", all, "--after", all, "--store", Store)).Exits(0);
    }

    [Fact]
    public async Task Analytics_name_components_and_spenders()
    {
        await FillAsync(Store);

        var analytics = Lines((await ProgramAsync("analytics", "--json", "--store", Store)).Exits(0).Output)[0];

        var run = analytics.GetProperty("by_component").GetProperty("run");
        Assert.Equal(analytics.GetProperty("total_tokens").GetInt64(), analytics.GetProperty("total_input").GetInt64() + analytics.GetProperty("total_output").GetInt64());
        Assert.Equal((analytics.GetProperty("total_tokens").GetInt64(), 100m), (run.GetProperty("tokens").GetInt64(), run.GetProperty("percentage").GetDecimal()));
        Assert.Equal("run", Text(Assert.Single(analytics.GetProperty("top_spenders").EnumerateArray()), "component"));
        Assert.Contains("Most spent: run", (await ProgramAsync("analytics", "--store", Store)).Exits(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_store_gives_zeros()
    {
        Assert.Equal(0m, Money((await ReportAsync("--store", Store)).GetProperty("total"), "cost_usd"));
        (await ProgramAsync("report", "--by", "month", "--store", Store)).Exits(0);
        Assert.Equal(0, Lines((await ProgramAsync("analytics", "--json", "--store", Store)).Exits(0).Output)[0].GetProperty("total_tokens").GetInt64());
    }

    [Theory]
    [InlineData("write hour, day, week or month", "--by", "year")]
    [InlineData("write provider, model", "--group", "colour")]
    [InlineData("write table, csv, json or focus", "--format", "xml")]
    [InlineData("write 24h, 7d", "--since", "yesterday")]
    [InlineData("write a whole one", "--since", "2026-11-01T06:30Z")]
    [InlineData("--until is not after --since", "--since", "2026-11-02", "--until", "2026-11-01")]
    [InlineData("go together", "--before", "2026-10-01..2026-11-01")]
    [InlineData("write two times", "--before", "2026-10-01", "--after", "2026-11-01")]
    [InlineData("leave --group out", "--format", "focus", "--group", "model")]
    public async Task What_cannot_be_meant_is_refused(string message, params string[] arguments) =>
        Assert.Contains(message, (await ProgramAsync(["report", .. arguments, "--store", Store])).Exits(2).Errors, StringComparison.Ordinal);

    private async Task FillAsync(string store)
    {
        foreach (var tenant in (string[])["acme", "other"])
        {
            (await ProgramAsync(
                new Dictionary<string, string> { ["PARSIMONY_STORE"] = store },
                ["run", .. Ask(WriteRows(3)), "--tenant", tenant, "--tag", "team=blue", "--name", tenant, "--sandbox", Sandbox.Address, "--out", Out])).Exits(0);
        }
    }

    private async Task AssertReportIsTheLedgerAsync(string store)
    {
        var place = new Dictionary<string, string> { ["PARSIMONY_STORE"] = store };
        var entries = Lines((await ProgramAsync(place, "ledger", "--json")).Exits(0).Output);
        var total = Lines((await ProgramAsync(place, "report", "--format", "json")).Exits(0).Output)[0].GetProperty("total");

        Assert.Equal(6, total.GetProperty("calls").GetInt64());
        Assert.Equal(entries.Sum(row => Money(row, "cost_usd")), Money(total, "cost_usd"));
        Assert.Equal(entries.Sum(row => Money(row, "baseline_usd")), Money(total, "baseline_usd"));
        foreach (var cause in (string[])["batch", "cache", "tier", "reuse", "routing"])
        {
            Assert.Equal(entries.Sum(row => Money(row.GetProperty("saved_usd"), cause)), Money(total, $"saved_by_{cause}_usd"));
        }

        Assert.True(Money(total, "saved_by_batch_usd") > 0);
        Assert.Equal(Money(total, "baseline_usd") - Money(total, "cost_usd"), Money(total, "saved_usd"));
        foreach (var (by, group) in ((string, string)[])[("hour", "provider"), ("day", "tenant"), ("week", "tag"), ("month", "session")])
        {
            var rows = Lines((await ProgramAsync(place, "report", "--format", "json", "--by", by, "--group", group)).Exits(0).Output)[0].GetProperty("rows").EnumerateArray().ToList();
            Assert.Equal(Money(total, "cost_usd"), rows.Sum(row => Money(row, "cost_usd")));
        }
    }

    private static async Task<JsonElement> ReportAsync(params string[] arguments) =>
        Lines((await ProgramAsync(["report", "--format", "json", .. arguments])).Exits(0).Output)[0];

    private static List<Dictionary<string, string>> Csv(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Fields).ToList();
        return [.. lines.Skip(1).Select(fields => lines[0].Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    private static List<string> Fields(string line)
    {
        var fields = new List<string> { "" };
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '"' && quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                fields[^1] += line[at++];
            }
            else if (line[at] == '"')
            {
                quoted = !quoted;
            }
            else if (line[at] == ',' && !quoted)
            {
                fields.Add("");
            }
            else if (line[at] != '\r')
            {
                fields[^1] += line[at];
            }
        }

        return fields;
    }

    private static decimal Money(JsonElement row, string name) => Number(Text(row, name) ?? "0");

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
