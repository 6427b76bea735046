using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>What providers can do, on the command line.</summary>
public sealed class ProvidersTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task All_fourteen_are_shown_and_one_with_its_sources()
    {
        var all = (await ProgramAsync("providers")).Exits(0).Output;
        var one = (await ProgramAsync("providers", "BEDROCK")).Exits(0).Output;

        Assert.All(ProviderId.All, provider => Assert.Contains(provider, all, StringComparison.Ordinal));
        Assert.Contains("probed", all, StringComparison.Ordinal);
        Assert.Contains("timeoutDurationInHours", one, StringComparison.Ordinal);
        Assert.Contains("2026-11-20", one, StringComparison.Ordinal);
        Assert.Contains("https://docs.aws.amazon.com/bedrock", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fact_goes_to_machines_with_source_and_day()
    {
        var providers = Providers(await ProgramAsync("providers", "--json"));

        Assert.Equal(ProviderId.All, providers.Select(provider => Text(provider, "provider")));
        Assert.All(providers.SelectMany(Facts), fact =>
        {
            Assert.NotEmpty(fact.GetProperty("sources").EnumerateArray());
            Assert.NotEmpty(Text(fact, "checked_on") ?? "");
        });
        var fewest = Facts(providers.Single(provider => Text(provider, "provider") == "bedrock")).Single(fact => Text(fact, "fact") == "min_requests");
        Assert.Equal((100, "requests", true), (fewest.GetProperty("value").GetInt32(), Text(fewest, "unit"), fewest.GetProperty("verified").GetBoolean()));
    }

    [Fact]
    public async Task Only_what_nobody_confirmed_is_shown_when_that_is_asked_for()
    {
        var facts = Providers(await ProgramAsync("providers", "--unverified", "--json")).SelectMany(Facts).ToList();
        var table = (await ProgramAsync("providers", "groq", "--unverified")).Exits(0).Output;

        Assert.NotEmpty(facts);
        Assert.DoesNotContain(facts, fact => fact.GetProperty("verified").GetBoolean());
        Assert.Contains("stacking", table, StringComparison.Ordinal);
        Assert.DoesNotContain("retention", table, StringComparison.Ordinal);
        Assert.Contains("Nothing is left unconfirmed.", (await ProgramAsync("providers", "anthropic", "--unverified")).Exits(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_provider_can_do_nothing()
    {
        var told = (await ProgramAsync("providers", "chatty")).Exits(0).Output;
        var json = Assert.Single(Providers(await ProgramAsync("providers", "chatty", "--json")));

        Assert.StartsWith("chatty: none.", told, StringComparison.Ordinal);
        Assert.False(json.GetProperty("known").GetBoolean());
        Assert.Empty(Facts(json));
    }

    private static List<JsonElement> Providers(ProcessResult result) => [.. Lines(result.Exits(0).Output)[0].GetProperty("providers").EnumerateArray()];

    private static IEnumerable<JsonElement> Facts(JsonElement provider) => provider.GetProperty("facts").EnumerateArray();
}
