using Parsimony.Engine;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.Cli.Tests;

/// <summary>The commands that look at a store, and those that change what is queued in it.</summary>
public sealed class LookingTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_quote_calls_nobody_needs_no_key_and_is_an_estimate()
    {
        var input = WriteRows(10);

        var result = (await ProgramAsync(["quote", .. Ask(input), "--samples", "2", "--json"])).Exits(0);

        var quote = Assert.Single(Lines(result.Output));
        Assert.True(quote.GetProperty("estimate").GetBoolean());
        Assert.Equal(20, quote.GetProperty("requests").GetInt32());
        Assert.InRange(quote.GetProperty("batch_usd").GetDecimal(), 0.0000001m, quote.GetProperty("live_usd").GetDecimal());
        Assert.True(quote.GetProperty("live_usd").GetDecimal() <= quote.GetProperty("upper_bound_usd").GetDecimal());
        Assert.Empty(await BillAsync());
        Assert.Contains("estimate", (await ProgramAsync(["quote", .. Ask(input)])).Exits(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_results_explain_and_ledger_tell_the_same_of_a_finished_run()
    {
        var receipt = Assert.Single(Lines((await AskAsync(WriteRows(3), "--name", "mine", "--json")).Exits(0).Output));
        var cost = receipt.GetProperty("cost_usd").GetDecimal();

        var status = Assert.Single(Lines((await ProgramAsync("status", "mine", "--store", Store, "--json")).Exits(0).Output));
        var results = (await ProgramAsync("results", "mine", "--store", Store)).Exits(0);
        var explained = (await ProgramAsync("explain", Text(Results()[0], "request") ?? "", "--store", Store)).Exits(0);
        var table = (await ProgramAsync("status", "--store", Store)).Exits(0);
        var ledger = (await ProgramAsync("ledger", "mine", "--store", Store)).Exits(0);

        Assert.Equal((await BillAsync()).Sum(line => line.Usd), cost);
        Assert.Equal("mine", Text(receipt, "run"));
        Assert.Equal(cost, status.GetProperty("runs")[0].GetProperty("cost_usd").GetDecimal());
        Assert.Equal(3, status.GetProperty("runs")[0].GetProperty("answered").GetInt32());
        Assert.Empty(status.GetProperty("batches").EnumerateArray());
        Assert.Equal(await File.ReadAllTextAsync(Out, Token), results.Output);
        Assert.Contains("answered", explained.Output, StringComparison.Ordinal);
        Assert.Contains("attempt 1 batch", explained.Output, StringComparison.Ordinal);
        Assert.Contains("replayed  the same plan", explained.Output, StringComparison.Ordinal);
        Assert.Contains("mine", table.Output, StringComparison.Ordinal);
        Assert.Equal(3, ledger.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_decision_is_explained_with_its_prices_times_and_both_routes()
    {
        (await AskAsync(WriteRows(3), "--name", "mine")).Exits(0);
        var id = Text(Results()[0], "request") ?? "";

        var said = (await ProgramAsync("explain", id, "--store", Store)).Exits(0).Output;
        var json = Assert.Single(Lines((await ProgramAsync("explain", id, "--store", Store, "--json")).Exits(0).Output));

        Assert.All(
            (string[])["asked     one of many", "prices    USD per million tokens: live ", "times     believed before anything was seen: half of batches done in 43m", "live      0.", "batch     0.", " done by then"],
            words => Assert.Contains(words, said, StringComparison.Ordinal));
        var decision = json.GetProperty("decision");
        Assert.Equal(("batch", Text(json, "reason")), (Text(decision, "route"), Text(decision, "reason")));
        Assert.Contains(Text(decision, "context_key") ?? "?", said, StringComparison.Ordinal);
        Assert.Equal(72, decision.GetProperty("context").GetProperty("forecast").GetProperty("running").GetArrayLength());
        var replay = decision.GetProperty("replay");
        Assert.True(replay.GetProperty("same").GetBoolean());
        Assert.Empty(replay.GetProperty("differences").EnumerateArray());
        Assert.InRange(replay.GetProperty("batch_usd").GetDecimal(), 0.0000001m, replay.GetProperty("live_usd").GetDecimal());
    }

    [Fact]
    public async Task A_decision_that_would_be_taken_otherwise_says_what_differs()
    {
        NewRequest[] requests = [Given.Planned(1) with { Reason = "live: for no reason" }, Given.Planned(57), Given.Request("planned by nobody")];
        await using (var store = await SqliteEngineStore.OpenAsync(Store, cancellationToken: Token))
        {
            await store.Requests.EnqueueAsync(requests, Given.Now, Token);
        }

        var differs = await ProgramAsync("explain", requests[0].Id.ToString(), "--store", Store);
        var preferred = (await ProgramAsync("explain", requests[1].Id.ToString(), "--store", Store)).Exits(0);
        var unplanned = (await ProgramAsync("explain", requests[2].Id.ToString(), "--store", Store)).Exits(0);

        Assert.Contains("replayed  not the same plan:", differs.Exits(8).Output, StringComparison.Ordinal);
        Assert.Contains("reason: live: for no reason, now live: 1m00s of room less 12m00s", differs.Output, StringComparison.Ordinal);
        Assert.Matches("asked for optimizationStrategy=cache_only, 0\\.\\d+ USD over the planner's own choice", preferred.Output);
        Assert.Contains("decided   not on record", unplanned.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_go_to_a_file_and_the_file_is_replaced_only_when_whole()
    {
        (await AskAsync(WriteRows(2), "--name", "mine")).Exits(0);

        (await ProgramAsync("results", "mine", "--store", Store, "--out", At("again.jsonl"))).Exits(0);
        var failed = (await ProgramAsync("results", "mine", "--store", Store, "--out", At("no/such/folder/again.jsonl"))).Exits(2);

        Assert.Equal(await File.ReadAllTextAsync(Out, Token), await File.ReadAllTextAsync(At("again.jsonl"), Token));
        Assert.False(File.Exists(At("again.jsonl.partial")));
        Assert.Contains("cannot be written", failed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("results")]
    [InlineData("cancel")]
    [InlineData("ledger")]
    [InlineData("retry")]
    public async Task A_run_that_is_not_there_is_named(string command) =>
        Assert.Contains("'nobody'", (await ProgramAsync(command, "nobody", "--store", Store)).Exits(2).Errors, StringComparison.Ordinal);

    [Theory]
    [InlineData("xyz", "not a request id")]
    [InlineData("0123456789abcdef0123456789abcdef", "There is no request")]
    public async Task A_request_that_is_not_there_is_named(string id, string message) =>
        Assert.Contains(message, (await ProgramAsync("explain", id, "--store", Store)).Exits(2).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_cancelled_can_be_retried()
    {
        var input = WriteRows(3);
        (await AskAsync(input, "--name", "mine", "--max-cost", "0")).Exits(6);

        var cancelled = (await ProgramAsync("cancel", "mine", "--store", Store)).Exits(0);
        var ended = (await AskAsync(input, "--name", "mine", "--json")).Exits(3);
        (await ProgramAsync("retry", "mine", "--store", Store)).Exits(0);
        (await AskAsync(input, "--name", "mine", "--max-cost", "1")).Exits(0);

        Assert.Contains("3 requests cancelled", cancelled.Output, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(Lines(ended.Output)).GetProperty("cancelled").GetInt32());
        Assert.All(Results(), result => Assert.Equal("answered", Text(result, "state")));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Requests_a_provider_refuses_fail_alone_and_are_explained()
    {
        await Sandbox.SetFaultsAsync(Token, """{"fault":"refuse_item","operation":"batch.create","times":1}""");

        var result = (await AskAsync(WriteRows(3), "--json")).Exits(3);

        var receipt = Assert.Single(Lines(result.Output));
        Assert.Equal(1, receipt.GetProperty("failed").GetInt32());
        Assert.Equal(2, receipt.GetProperty("answered").GetInt32());
        var failed = Assert.Single(Results(), row => Text(row, "state") == "failed");
        Assert.False(string.IsNullOrEmpty(Text(failed, "error")));
        Assert.Contains("failed", (await ProgramAsync("explain", Text(failed, "request") ?? "", "--store", Store)).Exits(0).Output, StringComparison.Ordinal);
    }
}
