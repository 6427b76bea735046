namespace Parsimony.Cli.Tests;

public sealed class RunAgainTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task The_same_command_again_gives_the_same_answers_and_pays_nothing()
    {
        var input = WriteRows(5);
        (await AskAsync(input)).Exits(0);
        var first = await File.ReadAllTextAsync(Out, Token);
        var billed = await BillAsync();

        (await AskAsync(input)).Exits(0);

        Assert.Equal(first, await File.ReadAllTextAsync(Out, Token));
        Assert.Equal(5, billed.Count);
        Assert.Equal(billed, await BillAsync());
    }

    [Fact]
    public async Task An_edited_and_longer_input_pays_only_for_what_is_new()
    {
        (await AskAsync(WriteRows(4))).Exits(0);
        var before = Results().ToDictionary(result => Text(result, "id") ?? "", result => Text(result, "answer"));
        var input = Write(
            "in.jsonl",
            """{"id":"new","text":"Something else."}""",
            """{"id":"r2","text":"Message 2: the parcel has not come."}""",
            """{"id":"r3","text":"Message 3, edited."}""",
            """{"id":"r4","text":"Message 4: the parcel has not come."}""");

        (await AskAsync(input)).Exits(0);

        Assert.Equal(["new", "r2", "r3", "r4"], Ids(Results()));
        Assert.Equal(before["r2"], Text(Results()[1], "answer"));
        Assert.Equal(before["r4"], Text(Results()[3], "answer"));
        Assert.Equal(6, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Killed_at_a_named_effect_it_finds_what_it_had_accepted()
    {
        var input = WriteRows(4);
        var environment = new Dictionary<string, string> { ["PARSIMONY_CRASH_AT"] = "enqueue.done:1", ["PARSIMONY_STORE"] = Store };

        (await ProgramAsync(environment, ["run", .. Ask(input), "--sandbox", Sandbox.Address])).Exits(ParsimonyProcess.Killed);
        var again = (await AskAsync(input)).Exits(0);

        Assert.Contains("0 new requests, 4 there already", again.Errors, StringComparison.Ordinal);
        Assert.Equal(4, (await BillAsync()).Count);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Samples_are_answers_of_their_own_and_stay_so()
    {
        var input = WriteRows(2);

        (await AskAsync(input, "--samples", "3")).Exits(0);
        var first = await File.ReadAllTextAsync(Out, Token);
        (await AskAsync(input, "--samples", "3")).Exits(0);

        Assert.Equal(["r1", "r1", "r1", "r2", "r2", "r2"], Ids(Results()));
        Assert.Equal(6, Results().Select(result => Text(result, "request")).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([0, 1, 2], Results().Take(3).Select(result => result.TryGetProperty("sample", out var sample) ? sample.GetInt32() : 0));
        Assert.Equal(first, await File.ReadAllTextAsync(Out, Token));
        Assert.Equal(6, (await BillAsync()).Count);
    }

    [Fact]
    public async Task Sampling_first_shows_answers_with_their_cost_and_asks()
    {
        var input = WriteRows(6);

        var asked = (await AskAsync(input, "--sample-first", "2")).Exits(5);
        var billed = await BillAsync();
        (await AskAsync(input, "--sample-first", "2", "--yes")).Exits(0);

        Assert.Contains("  r1: ", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("  r2: ", asked.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("  r3: ", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("2 answers cost", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("projected", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("--yes", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(2, billed.Count);
        Assert.Equal(6, (await BillAsync()).Count);
        Assert.Equal(["live", "live", "batch", "batch", "batch", "batch"], Results().Select(result => Text(result, "route")));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Faulty_rows_are_left_out_when_told_and_the_exit_code_says_so()
    {
        var input = Write("in.jsonl", """{"id":"a","text":"one"}""", "{oops", """{"id":"c"}""", """{"id":"a","text":"again"}""", """{"id":"e","text":"five"}""");

        var result = (await AskAsync(input, "--keep-going")).Exits(2);

        Assert.Contains("in.jsonl:2:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("in.jsonl:3:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("in.jsonl:4:", result.Errors, StringComparison.Ordinal);
        Assert.Equal(["a", "e"], Ids(Results()));
        Assert.All(Results(), row => Assert.Equal("answered", Text(row, "state")));
        Assert.Equal(2, (await BillAsync()).Count);
    }
}
