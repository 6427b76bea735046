using System.Globalization;

namespace Parsimony.Engine.Tests;

public sealed class WorkloadConfigurationTests
{
    private const string Text = """
        llm:
          - provider: anthropic
            configuration:
              model: base-model
              batchMaxSize: 500
              cachingEnabled: true
            workloads:
              extraction:
                model: other-model
                batchingEnabled: true
              trial:
                cacheTTL: 3600
                rolloutPercentage: 30
              never: {rolloutPercentage: 0, model: none-model}
        """;

    [Fact]
    public void Overrides_what_it_says_and_inherits_the_rest()
    {
        var settings = Given().For("extraction", "any");

        Assert.Equal("other-model", settings.Model);
        Assert.True(settings.BatchingEnabled);
        Assert.Equal(500, settings.BatchMaxSize);
        Assert.True(settings.CachingEnabled);
        Assert.Equal("anthropic", settings.CredentialName);
        Assert.True(settings.IsDefault);
    }

    [Fact]
    public void Leaves_other_requests_as_they_are()
    {
        var provider = Given();

        Assert.Same(provider, provider.For(null, "any"));
        Assert.Same(provider, provider.For("unheard of", "any"));
        Assert.Same(provider, provider.For("never", "any"));
    }

    [Fact]
    public void Rolls_out_to_the_share_of_requests_it_names()
    {
        var trial = Given().Workloads["trial"];

        var share = Keys(10_000).Count(trial.Includes) / 100.0;

        Assert.Equal(30, trial.RolloutPercentage);
        Assert.InRange(share, 28, 32);
    }

    [Fact]
    public void Answers_the_same_for_the_same_key()
    {
        // Pinned: a new hash would move requests that are under way from one group to the other.
        var trial = Given().Workloads["trial"];

        Assert.Equal("00000000011010000000", string.Concat(Keys(20).Select(k => trial.Includes(k) ? '1' : '0')));
    }

    [Fact]
    public void Keeps_who_was_in_when_the_percentage_rises()
    {
        var trial = Given().Workloads["trial"];
        var wider = trial with { RolloutPercentage = 60 };

        Assert.All(Keys(1_000).Where(trial.Includes), key => Assert.True(wider.Includes(key)));
        Assert.All(Keys(1_000), key => Assert.True((trial with { RolloutPercentage = 100 }).Includes(key)));
    }

    [Fact]
    public void Tries_different_workloads_on_different_requests()
    {
        var trial = Given().Workloads["trial"];
        var other = trial with { Name = "other" };

        Assert.Contains(Keys(100), key => trial.Includes(key) != other.Includes(key));
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    public void Refuses_a_percentage_outside_0_to_100(string share)
    {
        var fault = Assert.Single(Written.Faults($"llm:\n- provider: anthropic\n  workloads:\n    chat:\n      rolloutPercentage: {share}\n"));

        Assert.Contains("line 5: llm[0].workloads.chat.rolloutPercentage: '", fault, StringComparison.Ordinal);
        Assert.Contains("write a percentage from 0 to 100", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_found_under_the_configuration_too_but_not_twice()
    {
        const string Inner = "llm:\n- provider: anthropic\n  configuration:\n    workloads:\n      chat: {model: inner}\n";

        Assert.Equal("inner", Written.Load(Inner).Llm[0].For("chat", "k").Model);
        Assert.Contains("the workload stands twice", Assert.Single(Written.Faults(Inner + "  workloads: {chat: {model: outer}}\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void Has_a_credential_of_its_own_when_it_has_a_key_of_its_own()
    {
        var settings = Written.Load("llm:\n- provider: anthropic\n  workloads: {chat: {apiKey: mine}}\n").Llm[0].For("chat", "k");

        Assert.Equal("mine", settings.ApiKey?.Reveal());
        Assert.Equal("anthropic/chat", settings.CredentialName);
    }

    private static ProviderConfiguration Given() => Written.Load(Text).Llm[0];

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(n => n.ToString(CultureInfo.InvariantCulture));
}
