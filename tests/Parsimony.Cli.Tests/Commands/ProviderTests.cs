using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>What one process says about a provider is done by the others.</summary>
public sealed class ProviderTests(SlowSandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SlowSandboxProcess>
{
    [Fact]
    public async Task A_run_at_a_paused_provider_says_why_it_waits_and_goes_on_when_it_is_resumed()
    {
        var batches = await Sandbox.CountBatchesAsync(Token);
        (await ProviderAsync("pause", "openAI", "--reason", "their maintenance")).Exits(0);
        using var run = Start(Ask(WriteRows(3)));
        await run.WaitForAsync("3 new requests", Token);
        await run.WaitForAsync("openAI is paused (their maintenance)", Token);

        var status = (await ProgramAsync("status", "--store", Store)).Exits(0);
        Assert.Contains("openAI sealed, 3 requests", status.Output, StringComparison.Ordinal);
        Assert.Contains("openAI is paused (their maintenance)", status.Output, StringComparison.Ordinal);
        Assert.Equal(batches, await Sandbox.CountBatchesAsync(Token));

        (await ProviderAsync("resume", "openAI")).Exits(0);
        var end = (await run.EndAsync(Token)).Exits(0);

        Assert.Contains("openAI is open again", end.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_draining_provider_finishes_what_runs_and_accepts_nothing_new()
    {
        using var run = await AtProviderAsync();
        (await ProviderAsync("drain", "openAI", "--reason", "moving house")).Exits(0);

        var refused = (await AskAsync(WriteRows(2, "more.jsonl"), "--name", "more")).Exits(2);
        (await run.EndAsync(Token)).Exits(0);

        Assert.Contains("openAI is draining (moving house)", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("parsimony provider resume openAI", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await BillAsync()).Count);
    }

    [Fact]
    public async Task A_killed_providers_batch_is_cancelled_there_and_its_rows_wait_until_it_is_resumed()
    {
        // Else it could end before it is cancelled.
        await Sandbox.SetFaultsAsync(Token, """{"fault":"job_stuck"}""");
        using var run = await AtProviderAsync();
        (await ProviderAsync("kill", "openAI", "--reason", "leaked key")).Exits(0);
        await run.WaitForAsync("openAI is killed (leaked key)", Token);
        JsonElement status;
        do
        {
            status = Assert.Single(Lines((await ProgramAsync("status", "--json", "--store", Store)).Exits(0).Output));
        }
        while (status.GetProperty("batches").GetArrayLength() > 0);

        var billed = (await BillAsync()).Count;
        Assert.Equal("killed", Text(Assert.Single(status.GetProperty("held_back").EnumerateArray()), "setting"));
        Assert.Equal(3 - billed, status.GetProperty("runs")[0].GetProperty("open").GetInt32());

        (await ProviderAsync("resume", "openAI")).Exits(0);
        (await run.EndAsync(Token)).Exits(0);
        Assert.All(Results(), result => Assert.Equal("answered", Text(result, "state")));
        Assert.Equal(3, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task What_is_held_back_is_listed_by_whom_and_why()
    {
        Assert.Contains("Nothing is held back", (await ProviderAsync("list")).Exits(0).Output, StringComparison.Ordinal);
        (await ProviderAsync("kill", "openai", "--credential", "old", "--reason", "leaked")).Exits(0);
        (await ProviderAsync("pause", "anthropic")).Exits(0);
        var lifted = (await ProviderAsync("resume", "anthropic", "--credential", "main")).Exits(0);
        Assert.Contains("anthropic is paused still holds", lifted.Errors, StringComparison.Ordinal);
        (await ProviderAsync("resume", "anthropic")).Exits(0);

        var listed = Assert.Single(Lines((await ProviderAsync("list", "--json")).Exits(0).Output));
        var held = Assert.Single(listed.GetProperty("held_back").EnumerateArray());
        Assert.Equal(("openAI", "old", "killed", "leaked"), (Text(held, "provider"), Text(held, "credential"), Text(held, "setting"), Text(held, "reason")));
        Assert.StartsWith(Environment.UserName + "@", Text(held, "by"), StringComparison.Ordinal);
        Assert.Equal(["open", "paused", "killed"], listed.GetProperty("history").EnumerateArray().Select(said => Text(said, "setting")));
        Assert.Contains("openAI under the credential old is killed (leaked)", (await ProviderAsync("list")).Exits(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not a provider", "pause", "opneai")]
    [InlineData("Required argument missing", "kill")]
    [InlineData("stop", "stop", "openAI")]
    public async Task What_cannot_be_meant_is_refused(string says, params string[] arguments) =>
        Assert.Contains(says, (await ProviderAsync(arguments)).Exits(2).Errors, StringComparison.Ordinal);

    private async Task<ParsimonyProcess> AtProviderAsync()
    {
        var batches = await Sandbox.CountBatchesAsync(Token);
        var run = Start(Ask(WriteRows(3)));
        await Sandbox.WaitForBatchesAsync(batches + 1, Token);
        return run;
    }

    private Task<ProcessResult> ProviderAsync(params string[] arguments) => ProgramAsync(["provider", .. arguments, "--store", Store]);
}
