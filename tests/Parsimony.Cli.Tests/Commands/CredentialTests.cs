namespace Parsimony.Cli.Tests;

public sealed class CredentialTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_refused_key_stops_the_run_and_the_same_command_goes_on_with_a_good_one()
    {
        var input = WriteRows(3);
        var wrong = Write("wrong.yaml", "llm:", "  - provider: openAI", "    configuration: { apiKey: wrong-key }");

        var refused = (await AskAsync(input, "--config", wrong, "--name", "keys")).Exits(7);
        var billed = await BillAsync();
        (await AskAsync(input, "--name", "keys")).Exits(0);

        Assert.Contains("refuses the credential", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(billed);
        Assert.Equal(3, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_key_refused_on_the_way_loses_nothing()
    {
        var input = WriteRows(3);
        await Sandbox.SetFaultsAsync(Token, """{"fault":"wrong_key","operation":"batch.create","times":null}""");

        (await AskAsync(input)).Exits(7);
        await Sandbox.SetFaultsAsync(Token);
        (await AskAsync(input)).Exits(0);

        Assert.Equal(3, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }
}
