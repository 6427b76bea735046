using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary><c>parsimony doctor</c> finds what is the matter, and says what to do.</summary>
public sealed class DoctorTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_store_that_is_well_is_said_to_be()
    {
        (await AskAsync(WriteRows(3))).Exits(0);

        var examined = await DoctorAsync(0);
        var text = (await ProgramAsync("doctor", "--store", Store, "--sandbox", Sandbox.Address)).Exits(0).Output;

        Assert.DoesNotContain(examined.GetProperty("findings").EnumerateArray(), finding => Text(finding, "severity") == "warning");
        Assert.Contains("Nothing found by:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_in_the_instructions_is_found_with_what_it_wasted()
    {
        var rules = string.Concat(Enumerable.Repeat("Answer in one word, and never tell why. ", 200));
        for (var run = 0; run < 5; run++)
        {
            var system = Write("system.md", $"It is 10:0{run}. {rules}");
            (await AskAsync(Write("in.jsonl", $$"""{"id":"r{{run}}","text":"Message {{run}}."}"""), "--system", system, "--name", $"run{run}")).Exits(0);
        }

        var finding = Assert.Single((await DoctorAsync(8)).GetProperty("findings").EnumerateArray(), finding => Text(finding, "check") == "prefix_drift");
        var figures = finding.GetProperty("figures");

        Assert.Equal(("volatile", "system"), (Text(figures, "kind"), Text(figures, "block_kind")));
        Assert.True(int.Parse(Text(figures, "wasted_tokens") ?? "0", System.Globalization.CultureInfo.InvariantCulture) > 4 * 1_900);
        Assert.NotEqual("", Text(figures, "first_difference"));
        Assert.True(decimal.Parse(Text(finding, "usd") ?? "0", System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Contains("Take times", Text(finding, "what_to_do"), StringComparison.Ordinal);
        Assert.DoesNotContain("one word", finding.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_without_a_price_and_providers_held_back_are_named()
    {
        (await RunAsync(WriteRows(2), "--model", "openAI/gpt-9-unheard-of", "--prompt", "{{text}}", "--max-output-tokens", "8", "--allow-unpriced")).Exits(0);
        (await ProgramAsync("provider", "pause", "anthropic", "--reason", "a test", "--store", Store)).Exits(0);

        var findings = (await DoctorAsync(8)).GetProperty("findings").EnumerateArray().ToList();

        Assert.Contains("gpt-9-unheard-of", Text(Assert.Single(findings, finding => Text(finding, "check") == "unpriced"), "text"), StringComparison.Ordinal);
        Assert.Contains("a test", Text(Assert.Single(findings, finding => Text(finding, "check") == "switches"), "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_cannot_be_meant_is_refused() =>
        Assert.Contains("write 24h, 7d", (await ProgramAsync("doctor", "--since", "yesterday", "--store", Store)).Exits(2).Errors, StringComparison.Ordinal);

    private async Task<JsonElement> DoctorAsync(int exit) =>
        Assert.Single(Lines((await ProgramAsync("doctor", "--since", "4w", "--json", "--store", Store, "--sandbox", Sandbox.Address)).Exits(exit).Output));
}
