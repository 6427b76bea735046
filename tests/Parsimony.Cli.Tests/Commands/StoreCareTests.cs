namespace Parsimony.Cli.Tests;

/// <summary>The commands that care for what a store holds: protect, erase, export and import.</summary>
public sealed class StoreCareTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task An_erased_request_keeps_its_row_and_its_cost()
    {
        (await AskAsync(WriteRows(3), "--name", "mine")).Exits(0);
        var id = Text(Results()[0], "request") ?? "";

        var asked = (await ProgramAsync("erase", "--request", id, "--store", Store)).Exits(5);
        var erased = Assert.Single(Lines((await ProgramAsync("erase", "--request", id, "--yes", "--json", "--store", Store)).Exits(0).Output));
        var results = Lines((await ProgramAsync("results", "mine", "--store", Store)).Exits(0).Output);

        Assert.Contains("--yes", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(1, erased.GetProperty("requests").GetInt32());
        Assert.True(results[0].GetProperty("erased").GetBoolean());
        Assert.Null(Text(results[0], "answer"));
        Assert.True(results[0].GetProperty("cost_usd").GetDecimal() > 0);
        Assert.NotNull(Text(results[1], "answer"));
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("erase", "--run", "a", "--tenant", "b")]
    [InlineData("erase", "--request", "no-id", "--yes")]
    [InlineData("export")]
    [InlineData("import", "/no/such/file")]
    public async Task What_cannot_be_meant_is_refused(params string[] arguments) =>
        Assert.NotEmpty((await ProgramAsync([.. arguments, "--store", Store])).Exits(2).Errors);

    [Fact]
    public async Task A_store_moves_with_its_results_and_the_old_one_stands_still()
    {
        (await AskAsync(WriteRows(3), "--name", "mine")).Exits(0);
        var file = At("store.jsonl.br");

        var exported = Assert.Single(Lines((await ProgramAsync("export", file, "--store", Store, "--json")).Exits(0).Output));
        (await ProgramAsync("export", file, "--store", Store)).Exits(2);
        var imported = Assert.Single(Lines((await ProgramAsync("import", file, "--store", At("new.db"), "--json")).Exits(0).Output));
        var again = (await ProgramAsync("import", file, "--store", At("new.db"))).Exits(2);
        var results = (await ProgramAsync("results", "mine", "--store", At("new.db"))).Exits(0);

        Assert.Equal(Text(exported, "sha256"), Text(imported, "sha256"));
        Assert.Equal(3, imported.GetProperty("rows").GetProperty("requests").GetInt32());
        Assert.Equal(await File.ReadAllTextAsync(Out, Token), results.Output);
        Assert.Contains("not empty", again.Errors, StringComparison.Ordinal);
        (await ProgramAsync("export", "--release", "--store", Store)).Exits(0);
    }

    [Fact]
    public async Task Protect_says_what_is_under_which_key()
    {
        (await AskAsync(WriteRows(3), "--name", "mine")).Exits(0);

        var protection = Assert.Single(Lines((await ProgramAsync("protect", "--store", Store, "--json")).Exits(0).Output));

        Assert.Null(Text(protection, "current_key"));
        Assert.True(protection.GetProperty("pages").GetProperty("plain").GetInt32() > 0);
    }
}
