namespace Parsimony.Cli.Tests;

public sealed class InterruptionTests(SlowSandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SlowSandboxProcess>
{
    [Fact]
    public async Task Ctrl_C_leaves_a_run_that_goes_on()
    {
        var input = WriteRows(8);
        using (var first = Start(Ask(input)))
        {
            await AtProviderAsync(first);
            first.Interrupt();

            var result = (await first.EndAsync(Token)).Exits(4);
            Assert.Contains("the same command goes on", result.Errors, StringComparison.Ordinal);
        }

        await Sandbox.SetFaultsAsync(Token);
        (await AskAsync(input)).Exits(0);

        Assert.Equal(8, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Killed_in_the_middle_the_same_command_finishes_and_pays_once()
    {
        var input = WriteRows(8);
        using (var first = Start(Ask(input)))
        {
            await AtProviderAsync(first);
            first.Kill();
            (await first.EndAsync(Token)).Exits(ParsimonyProcess.Killed);
        }

        await Sandbox.SetFaultsAsync(Token);
        (await AskAsync(input)).Exits(0);

        Assert.Equal(8, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_second_process_joins_and_takes_over_when_the_first_is_killed()
    {
        var input = WriteRows(8);
        using var first = Start(Ask(input));
        await first.WaitForAsync("8 new requests", Token);
        using var second = Start(Ask(input));
        await second.WaitForAsync("8 there already", Token);
        await Sandbox.WaitForBatchesAsync(_batches + 1, Token);
        first.Kill();

        await Sandbox.SetFaultsAsync(Token);
        (await second.EndAsync(Token)).Exits(0);

        Assert.All(Results(), result => Assert.Equal("answered", Text(result, "state")));
        Assert.Equal(8, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    private int _batches;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Sandbox.HoldBatchesAsync(Token);
        _batches = await Sandbox.CountBatchesAsync(Token);
    }

    /// <summary>Its batch is created and noted, and held there: nothing is under way that a lease has to run out for.</summary>
    private async Task AtProviderAsync(ParsimonyProcess program)
    {
        await program.WaitForAsync("8 new requests", Token);
        await Sandbox.WaitForBatchesAsync(_batches + 1, Token);
        while (!(await ProgramAsync("status", "--store", Store, "--json")).Output.Contains("\"state\":\"running\"", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Token);
        }
    }
}
