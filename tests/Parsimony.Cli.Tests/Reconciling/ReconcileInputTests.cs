using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>What <c>parsimony reconcile</c> reads, and refuses to read.</summary>
public sealed class ReconcileInputTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task An_export_is_read_instead_of_the_reports()
    {
        (await AskAsync(WriteRows(3))).Exits(0);
        var entries = Lines((await ProgramAsync("ledger", "--json", "--store", Store)).Exits(0).Output);
        var export = Write("costs.csv", ["Date,Model,Amount", .. entries.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd},gpt-5-mini-2025-08-07,{Text(row, "cost_usd")}"))]);

        var agreed = Json((await ProgramAsync("reconcile", "--json", "--store", Store, "--sandbox", Sandbox.Address, "--csv", export, "--provider", "openAI", "--map", "day=Date", "--map", "model=Model", "--map", "usd=Amount")).Exits(0));
        var text = (await ProgramAsync("reconcile", "--store", Store, "--sandbox", Sandbox.Address, "--csv", export, "--provider", "openAI", "--map", "day=Date", "--map", "model=Model", "--map", "usd=Amount")).Exits(0).Output;

        Assert.Equal("0", decimal.Parse(Text(agreed, "difference_usd") ?? "", CultureInfo.InvariantCulture).ToString("0.############", CultureInfo.InvariantCulture));
        Assert.Contains("within the goal of 0.5 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_key_that_is_missing_or_refused_is_named_and_not_shown()
    {
        var missing = (await ProgramAsync("reconcile", "--provider", "openAI", "--store", Store)).Exits(2).Errors;

        var refused = await ProgramAsync(
            new Dictionary<string, string> { ["MY_KEY"] = "not-an-admin-key" },
            "reconcile", "--provider", "anthropic", "--admin-key", "anthropic=MY_KEY", "--store", Store, "--endpoint", Sandbox.Address + "/anthropic");

        Assert.Contains("OPENAI_ADMIN_KEY", missing, StringComparison.Ordinal);
        Assert.Contains("MY_KEY", refused.Exits(7).Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not-an-admin-key", refused.Errors + refused.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write anthropic or openAI", "--provider", "xai")]
    [InlineData("write FIELD=COLUMN", "--map", "day")]
    [InlineData("write one of day", "--map", "colour=Blue")]
    [InlineData("write ID=CREDENTIAL", "--key", "=x")]
    [InlineData("write 0 or more per cent", "--goal", "-1")]
    [InlineData("there is no such file", "--csv", "nowhere.csv", "--provider", "openAI")]
    [InlineData("nothing of a provider with reports")]
    public async Task What_cannot_be_meant_is_refused(string message, params string[] arguments) =>
        Assert.Contains(message, (await ProgramAsync(["reconcile", .. arguments, "--store", Store])).Exits(2).Errors, StringComparison.Ordinal);

    private static JsonElement Json(ProcessResult result) => Assert.Single(Lines(result.Output));
}
