using System.Globalization;

namespace Parsimony.Cli.Tests;

/// <summary>A provider that says what it charged is shown beside what the price book computes.</summary>
public sealed class ChargeTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    // Its batches have no listed price.
    private const string Grok = "xai/grok-4.3";

    [Theory]
    [InlineData("batch", "told")]
    [InlineData("live", "computed")]
    public async Task The_ledger_and_explain_tell_what_the_provider_told_from_what_was_computed(string route, string basis)
    {
        (await RunAsync(WriteRows(1), "--model", Grok, "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", "--config", Write("xai.yaml", "llm:", "  - provider: xai", $"    configuration: {{ batchingEnabled: {(route == "batch" ? "true" : "false")} }}"))).Exits(0);

        var id = Text(Assert.Single(Results()), "request") ?? "";
        var billed = Assert.Single(await BillAsync()).Usd;
        var row = Assert.Single(Lines((await ProgramAsync("ledger", "--json", "--store", Store)).Exits(0).Output));
        var entry = Assert.Single(Lines((await ProgramAsync("explain", id, "--store", Store, "--json")).Exits(0).Output)).GetProperty("ledger")[0];
        var said = (await ProgramAsync("explain", id, "--store", Store)).Exits(0).Output;
        var table = (await ProgramAsync("ledger", "--store", Store)).Exits(0).Output;

        Assert.Equal((route, basis, basis), (Text(row, "route"), Text(row, "basis"), Text(entry, "basis")));
        // Told in units of 10^-10 USD.
        var told = decimal.Parse(Text(row, "reported_usd") ?? "", CultureInfo.InvariantCulture);
        Assert.InRange(billed - told, 0m, 0.0000000001m);
        Assert.Equal(told, entry.GetProperty("reported_usd").GetDecimal());
        Assert.Contains(basis == "told" ? "told by xai in the answer" : $"computed by {Grok}", said, StringComparison.Ordinal);
        Assert.Contains(basis == "told" ? "(told by xai in the answer)" : $", told by the provider {Usd.Format(told)} USD)", table, StringComparison.Ordinal);
    }
}
