using System.Globalization;

namespace Parsimony.Cli.Tests;

public sealed class CostLimitTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task Holds_back_what_could_pass_the_limit_and_goes_on_with_a_higher_one()
    {
        var input = WriteRows(20);
        var quote = Assert.Single(Lines((await ProgramAsync(["quote", .. Ask(input), "--json", "--store", Store])).Exits(0).Output));
        var bound = quote.GetProperty("upper_bound_usd").GetDecimal();
        // What is answered costs far less than its bound, so that several rounds fit; but not all of them.
        var limit = bound * 0.1m;

        var held = (await AskAsync(input, "--max-cost", limit.ToString(CultureInfo.InvariantCulture), "--json")).Exits(6);
        var billed = await BillAsync();
        var all = (await AskAsync(input, "--max-cost", (bound * 2).ToString(CultureInfo.InvariantCulture), "--json")).Exits(0);

        var first = Assert.Single(Lines(held.Output));
        Assert.Equal(6, first.GetProperty("exit_code").GetInt32());
        Assert.InRange(first.GetProperty("held").GetInt32(), 1, 19);
        Assert.Equal(20, first.GetProperty("held").GetInt32() + first.GetProperty("answered").GetInt32());
        Assert.Equal(billed.Count, first.GetProperty("answered").GetInt32());
        Assert.InRange(billed.Sum(line => line.Usd), 0m, limit);
        Assert.Contains("--max-cost", held.Errors, StringComparison.Ordinal);
        Assert.Equal(20, Assert.Single(Lines(all.Output)).GetProperty("answered").GetInt32());
        Assert.Equal(20, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_limit_of_nothing_buys_nothing()
    {
        var held = (await AskAsync(WriteRows(3), "--max-cost", "0")).Exits(6);

        Assert.Contains("3 requests", held.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());
    }
}
