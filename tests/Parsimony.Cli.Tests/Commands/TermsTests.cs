namespace Parsimony.Cli.Tests;

/// <summary>What a run says about its data and its urgency, and keys that change under it.</summary>
public sealed class TermsTests(SlowSandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SlowSandboxProcess>
{
    [Fact]
    public async Task Rows_that_may_not_be_batched_are_sent_live_and_explained()
    {
        (await AskAsync(WriteRows(2), "--constraint", "no_batch", "--priority", "low", "--tag", "team=red")).Exits(0);

        Assert.All(Results(), result => Assert.Equal("live", Text(result, "route")));
        Assert.Contains("live: constraint no_batch", await ExplainAsync(), StringComparison.Ordinal);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_region_needs_a_connection_that_names_it()
    {
        var refused = (await AskAsync(WriteRows(2), "--constraint", "region=eu")).Exits(2);
        Assert.Contains("no connection of openAI is configured for that region", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());

        var european = Write("eu.yaml", "llm:", "  - provider: openAI", "    configuration: { apiKey: some-key, region: eu }");
        (await AskAsync(WriteRows(2), "--constraint", "region=eu", "--config", european)).Exits(0);
        Assert.Contains("constraint region=eu", await ExplainAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("low, normal, high", "--priority", "urgent")]
    [InlineData("0 to 9", "--priority", "10")]
    [InlineData("is not a constraint", "--constraint", "nobatch")]
    [InlineData("no_store", "--constraint", "no_store")]
    public async Task What_cannot_be_meant_is_refused(string says, params string[] arguments)
    {
        Assert.Contains(says, (await AskAsync(WriteRows(1), arguments)).Exits(2).Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());
    }

    [Fact]
    public async Task A_batch_is_finished_with_the_key_that_made_it_though_the_key_changed_while_it_ran()
    {
        var config = Write("keys.yaml", KeyOf("old", "acme.old"));
        await Sandbox.HoldBatchesAsync(Token);
        using (var first = Start(Ask(WriteRows(3), "--config", config, "--name", "begun")))
        {
            // The key the batches are counted with does not see this account's.
            while (!(await ProgramAsync("status", "--store", Store, "--json")).Output.Contains("\"state\":\"running\"", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Token);
            }

            first.Interrupt();
            (await first.EndAsync(Token)).Exits(4);
        }

        await Sandbox.SetFaultsAsync(Token);
        // Another key, of an account that does not see the batch; the old one is forgotten, and remembered while the run waits.
        var another = KeyOf("new", "emca.new");
        Write("keys.yaml", another);
        using var again = Start(Ask(WriteRows(3), "--config", config, "--name", "begun"));
        await again.WaitForAsync("'old'", Token);
        Write("keys.yaml", another, "    formerCredentials:", "      - { name: old, apiKey: acme.old }");
        (await again.EndAsync(Token)).Exits(0);

        Assert.All(Results(), result => Assert.Equal(("answered", "batch"), (Text(result, "state"), Text(result, "route"))));
        Assert.Contains("credential old", await ExplainAsync(), StringComparison.Ordinal);
        Assert.Equal(3, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    private static string KeyOf(string name, string key) => $"llm:\n  - provider: openAI\n    name: {name}\n    configuration: {{ apiKey: {key} }}";

    private async Task<string> ExplainAsync() => (await ProgramAsync("explain", Text(Results()[0], "request") ?? "", "--store", Store)).Exits(0).Output;
}
