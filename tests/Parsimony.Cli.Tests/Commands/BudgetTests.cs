using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

public sealed class BudgetTests(MonthSandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<MonthSandboxProcess>
{
    [Fact]
    public async Task A_run_without_room_is_refused_whole_and_buys_nothing()
    {
        (await BudgetAsync("set", "--tenant", "acme", "--per", "month", "--limit", "0.000001")).Exits(0);

        var refused = (await AskAsync(WriteRows(3), "--tenant", "acme")).Exits(2);

        Assert.Contains("monthly budget of tenant acme", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("Nothing was submitted", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());
        Assert.Equal("0", Text(Assert.Single(await ListAsync()), "reserved_usd"));
        (await AskAsync(WriteRows(3), "--tenant", "other")).Exits(0);
    }

    [Fact]
    public async Task What_a_run_costs_is_spent_in_every_budget_it_counts_in()
    {
        (await BudgetAsync("set", "--per", "total", "--limit", "5")).Exits(0);
        (await BudgetAsync("set", "--tag", "team=*", "--per", "month", "--limit", "5", "--soft")).Exits(0);

        (await AskAsync(WriteRows(4), "--tag", "team=red", "--tag", "job=1")).Exits(0);

        var billed = (await BillAsync()).Sum(line => line.Usd);
        var budgets = await ListAsync();
        Assert.Equal(["", "team=red"], budgets.Select(budget => Text(budget, "value")));
        Assert.All(budgets, budget => Assert.Equal((billed, 0m), (Amount(budget, "spent_usd"), Amount(budget, "reserved_usd"))));
        var shown = (await BudgetAsync()).Exits(0).Output;
        Assert.Contains("everything in all", shown, StringComparison.Ordinal);
        Assert.Contains("tag team=red a month", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_is_set_later_counts_what_was_spent_and_can_be_removed()
    {
        (await AskAsync(WriteRows(2), "--tenant", "acme")).Exits(0);

        (await BudgetAsync("set", "--tenant", "acme", "--per", "total", "--limit", "1")).Exits(0);

        Assert.Equal((await BillAsync()).Sum(line => line.Usd), Amount(Assert.Single(await ListAsync()), "spent_usd"));
        (await BudgetAsync("remove", "--tenant", "acme", "--per", "day")).Exits(2);
        (await BudgetAsync("remove", "--tenant", "acme", "--per", "total")).Exits(0);
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("'what'", "what")]
    [InlineData("--per", "set", "--limit", "1")]
    [InlineData("--limit", "set", "--per", "day")]
    [InlineData("one thing", "set", "--tenant", "a", "--agent", "b", "--per", "day", "--limit", "1")]
    [InlineData("name=value", "set", "--tag", "a", "--per", "day", "--limit", "1")]
    [InlineData("budget set", "--tenant", "a")]
    public async Task What_cannot_be_meant_is_refused(string says, params string[] arguments)
    {
        var refused = (await BudgetAsync(arguments)).Exits(2);

        Assert.Contains(says, refused.Errors, StringComparison.Ordinal);
    }

    private static decimal Amount(JsonElement budget, string name) => decimal.Parse(Text(budget, name) ?? "-1", CultureInfo.InvariantCulture);

    private Task<ProcessResult> BudgetAsync(params string[] arguments) => ProgramAsync(["budget", .. arguments, "--store", Store, "--sandbox", Sandbox.Address]);

    private async Task<IReadOnlyList<JsonElement>> ListAsync() =>
        [.. Assert.Single(Lines((await BudgetAsync("--json")).Exits(0).Output)).GetProperty("budgets").EnumerateArray()];
}
