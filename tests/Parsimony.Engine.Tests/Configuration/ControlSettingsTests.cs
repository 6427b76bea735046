namespace Parsimony.Engine.Tests;

/// <summary>Priorities, constraints, regions and former keys in a configuration.</summary>
public sealed class ControlSettingsTests
{
    private static readonly ConfigurationSources Sources = new() { Variable = static _ => null };

    [Fact]
    public void A_workload_has_its_own_priority_and_adds_to_the_constraints()
    {
        var provider = Load("""
            llm:
              - provider: openAI
                configuration: { apiKey: k, region: EU, priority: low, constraints: no_batch }
                workloads:
                  chat: { priority: 9, constraints: "region=eu" }
            """).Llm[0];

        Assert.Equal(("eu", RequestPriority.Low, "no_batch"), (provider.Region, provider.Priority, provider.Constraints.ToString()));
        Assert.Equal((RequestPriority.Of(9), "no_batch,region=eu"), provider.For("chat", "any") is var chat ? (chat.Priority, chat.Constraints.ToString()) : default);
    }

    [Fact]
    public void Former_keys_are_read_by_name_and_not_shown()
    {
        var configuration = Load("""
            llm:
              - provider: openAI
                name: second
                configuration: { apiKey: new-key }
                formerCredentials:
                  - { name: first, apiKey: old-key }
            """);

        var former = Assert.Single(configuration.Llm[0].FormerCredentials);
        Assert.Equal(("first", "old-key"), (former.Name, former.ApiKey.Reveal()));
        Assert.DoesNotContain("old-key", former.ToString(), StringComparison.Ordinal);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var faults = Assert.Throws<ConfigurationException>(() => Load("""
            llm:
              - provider: openAI
                name: same
                configuration: { apiKey: k, region: "a b", priority: urgent, constraints: never }
                formerCredentials:
                  - { name: same, apiKey: old-key }
                  - { apiKey: older-key }
                  - { name: empty }
            """)).Faults;

        Assert.Equal(
            6, new[] { "not a region", "not a priority", "not a constraint", "'same' names two keys", "name: is missing", "apiKey: is missing" }
                .Count(part => faults.Any(fault => fault.Contains(part, StringComparison.Ordinal))));
        Assert.DoesNotContain(faults, fault => fault.Contains("older-key", StringComparison.Ordinal));
    }

    [Fact]
    public void A_region_nobody_knows_of_is_warned_about_and_taken() =>
        Assert.Contains(
            Load("llm: [{ provider: anthropic, configuration: { apiKey: k, region: eu } }]").Warnings,
            warning => warning.ToString().Contains("known to offer us", StringComparison.Ordinal));

    private static ParsimonyConfiguration Load(string text) => ConfigurationFile.LoadText(text, "written.yaml", Sources);
}
