namespace Parsimony.Engine.Tests;

public sealed class ConfigurationFaultTests
{
    [Theory]
    [InlineData("batchMaxSize: -1", "'-1' cannot be meant; write a whole number from 1")]
    [InlineData("batchMaxSize: 0", "'0' cannot be meant; write a whole number from 1")]
    [InlineData("batchMaxSize: 1.5", "'1.5' cannot be meant; write a whole number from 1")]
    [InlineData("batchMaxSize: \"100\"", "'100' cannot be meant; write a whole number from 1")]
    [InlineData("batchMaxSize: 99999999999", "write a whole number from 1 to 2147483647")]
    [InlineData("batchMaxSize: [1]", "is a list; write a whole number.")]
    [InlineData("batchTimeoutSeconds: -1", "write seconds, more than 0")]
    [InlineData("batchPollIntervalSeconds: 0", "write seconds, more than 0")]
    [InlineData("fallbackTimeoutSeconds: soon", "write seconds, more than 0")]
    [InlineData("cacheTTL: -300", "write seconds, more than 0")]
    [InlineData("cacheMinTokens: -1", "write a whole number from 0")]
    [InlineData("cacheMaxBreakpoints: -1", "write a whole number from 0")]
    [InlineData("temperature: 3", "write a temperature from 0 to 2")]
    [InlineData("temperature: -0.1", "write a temperature from 0 to 2")]
    [InlineData("batchingEnabled: yes", "'yes' is not true or false; write true or false")]
    [InlineData("batchingEnabled: \"true\"", "'true' is not true or false; write true or false, without quotes")]
    [InlineData("cachingEnabled: 1", "'1' is not true or false")]
    [InlineData("cacheStrategy: implicit", "write explicit, automatic, none.")]
    [InlineData("optimizationStrategy: all", "write auto, batch_only, cache_only, both, disabled.")]
    [InlineData("optimizationPreference: 7", "write cache, batch.")]
    [InlineData("model: 4", "4 is a number; write it in quotes.")]
    [InlineData("endpoint: localhost", "write one such as https://")]
    [InlineData("endpoint: /v1/chat", "write one such as https://")]
    [InlineData("endpoint: ftp://host/", "write one such as https://")]
    [InlineData("endpoint: https://me:hidden@host/", "carries a user name or password")]
    public void Names_line_key_and_remedy_of_what_cannot_be_meant(string line, string remedy)
    {
        var fault = Assert.Single(Written.Faults(Written.Provider("anthropic", line)));

        var key = line[..line.IndexOf(':', StringComparison.Ordinal)];
        Assert.StartsWith($"providers.yaml, line 5: llm[0].configuration.{key}: ", fault, StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metricsRetentionDays: 0", "write a whole number from 1")]
    [InlineData("defaultBatchSize: -100", "write a whole number from 1")]
    [InlineData("defaultBatchTimeout: 0", "write seconds, more than 0")]
    [InlineData("costReportingInterval: yearly", "write hourly, daily, weekly, monthly.")]
    [InlineData("logLevel: LOUD", "write TRACE, DEBUG, INFO")]
    [InlineData("cacheHitRateThreshold: 50", "write a share from 0 to 1")]
    [InlineData("cacheWarningThreshold: -0.1", "write a share from 0 to 1")]
    [InlineData("enableAlerts: {}", "is a map; write true or false.")]
    public void Names_what_cannot_be_meant_in_the_shared_settings(string line, string remedy)
    {
        var fault = Assert.Single(Written.Faults("optimization:\n  " + line));

        Assert.StartsWith("providers.yaml, line 2: optimization.", fault, StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_every_fault_at_once()
    {
        var faults = Written.Faults("""
            llm:
              - provider: anthropic
                isDefault: true
                configuration:
                  batchMaxSize: -5
                  cacheStrategy: sometimes
              - provider: openAI
                isDefault: true
                configuration:
                  endpoint: nowhere
              - provider: chatty
                configuration:
                  batchTimeoutSeconds: -1
              - isDefault: perhaps
            optimization:
              logLevel: LOUD
            """);

        Assert.Equal(
            [
                "providers.yaml, line 5: llm[0].configuration.batchMaxSize: '-5' cannot be meant; write a whole number from 1 to 2147483647, without quotes.",
                "providers.yaml, line 6: llm[0].configuration.cacheStrategy: 'sometimes' is not one of its words; write explicit, automatic, none.",
                "providers.yaml, line 8: llm[1].isDefault: there is a default already (providers.yaml, line 3); leave isDefault true at one entry only.",
                "providers.yaml, line 10: llm[1].configuration.endpoint: is not an absolute http or https address; write one such as https://host.example/v1.",
                "providers.yaml, line 10: llm[1].configuration.apiKey: openAI needs a key; write apiKey: \"${OPENAI_API_KEY}\", or set OPENAI_API_KEY in the environment.",
                $"providers.yaml, line 11: llm[2].provider: unknown provider 'chatty'; write one of {string.Join(", ", ProviderId.All)}.",
                "providers.yaml, line 13: llm[2].configuration.batchTimeoutSeconds: '-1' cannot be meant; write seconds, more than 0 and at most 34560000, without quotes.",
                "providers.yaml, line 14: llm[3].isDefault: 'perhaps' is not true or false; write true or false, without quotes.",
                $"providers.yaml, line 14: llm[3].provider: is missing; write one of {string.Join(", ", ProviderId.All)}.",
                "providers.yaml, line 16: optimization.logLevel: 'LOUD' is not one of its words; write TRACE, DEBUG, INFO, INFORMATION, WARNING, WARN, ERROR, CRITICAL.",
            ],
            faults);
    }

    [Theory]
    [InlineData("anthropic", "ANTHROPIC_API_KEY")]
    [InlineData("openAI", "OPENAI_API_KEY")]
    [InlineData("gemini", "GOOGLE_API_KEY")]
    [InlineData("gemini", "GEMINI_API_KEY")]
    [InlineData("azureOpenAI", "AZURE_OPENAI_API_KEY")]
    [InlineData("mistral", "MISTRAL_API_KEY")]
    [InlineData("groq", "GROQ_API_KEY")]
    [InlineData("together", "TOGETHER_API_KEY")]
    [InlineData("fireworks", "FIREWORKS_API_KEY")]
    [InlineData("xai", "XAI_API_KEY")]
    [InlineData("cohere", "COHERE_API_KEY")]
    public void Needs_a_key_and_finds_it_in_the_providers_variable(string provider, string variable)
    {
        var text = Written.Provider(provider, "endpoint: http://localhost:9/");

        var fault = Assert.Single(Written.Faults(text, Written.Only()));
        var found = Assert.Single(Written.Load(text, Written.Only((variable, Written.Key))).Llm);

        Assert.Contains($"{provider} needs a key", fault, StringComparison.Ordinal);
        Assert.Contains(variable, fault, StringComparison.Ordinal);
        Assert.Equal(Written.Key, found.ApiKey?.Reveal());
    }

    [Fact]
    public void Takes_the_written_key_before_the_variables()
    {
        Assert.Equal("mine", Assert.Single(Written.Load(Written.Provider("anthropic", "apiKey: mine")).Llm).ApiKey?.Reveal());
    }

    [Theory]
    [InlineData("ollama")]
    [InlineData("bedrock")]
    [InlineData("vertexAI")]
    public void Needs_no_key_where_the_provider_needs_none(string provider)
    {
        Assert.Null(Assert.Single(Written.Load(Written.Provider(provider, "project: acme", "location: europe-west4"), Written.Only()).Llm).ApiKey);
    }

    [Fact]
    public void Needs_no_key_where_the_program_calls_the_provider_by_its_clouds_credentials()
    {
        var text = Written.Provider("azureOpenAI", "endpoint: https://acme.openai.azure.com");
        var sources = Written.Only() with { WorksWithoutKey = static id => id == ProviderId.AzureOpenAI };

        var fault = Assert.Single(Written.Faults(text, Written.Only()));
        var entry = Assert.Single(Written.Load(text, sources).Llm);

        Assert.EndsWith("; or call it without one, by its cloud's credentials, with the package Parsimony.Providers.Azure.", fault, StringComparison.Ordinal);
        Assert.Equal((ProviderId.AzureOpenAI, null, "https://acme.openai.azure.com/"), (entry.Provider, entry.ApiKey, entry.Endpoint?.ToString()));
        Assert.Equal(Written.Key, Assert.Single(Written.Load(text, sources with { Variable = Written.Only(("AZURE_OPENAI_API_KEY", Written.Key)).Variable }).Llm).ApiKey?.Reveal());
    }

    [Fact]
    public void Needs_the_key_of_another_server_that_speaks_the_same_words()
    {
        var sources = Written.Only() with { WorksWithoutKey = static _ => true };

        var fault = Assert.Single(Written.Faults("embedding: [{provider: voyage}]", sources));

        Assert.Contains("voyage needs a key", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Needs_neither_keys_nor_addresses_against_a_sandbox()
    {
        var sources = Written.Only() with { KeysOptional = true };

        Assert.Null(Assert.Single(Written.Load(Written.Example, sources).Llm).ApiKey);
        Assert.All(ProviderId.All, id => Assert.Null(Assert.Single(Written.Load(Written.Provider(id), sources).Llm).ApiKey));
    }

    [Theory]
    [InlineData("openAICompatible", "http://localhost:8000/v1")]
    [InlineData("azureOpenAI", "https://my-resource.openai.azure.com")]
    public void Needs_an_address_where_the_provider_has_none_of_its_own(string provider, string example)
    {
        var fault = Assert.Single(Written.Faults(Written.Provider(provider), Written.Only(("AZURE_OPENAI_API_KEY", Written.Key))));

        Assert.Contains($"{provider} has no address of its own; write one such as {example}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_two_entries_of_one_provider_under_one_name()
    {
        var fault = Assert.Single(Written.Faults("llm:\n- {provider: anthropic, name: team}\n- {provider: anthropic, name: team}\n"));

        Assert.Contains("llm[1].name: 'team' names another entry of anthropic already", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llm: {}", "llm: is a map; write a list")]
    [InlineData("llm: [7]", "llm[0]: is a number; write a map")]
    [InlineData("optimization: [1]", "optimization: is a list; write a map")]
    public void Names_a_section_of_the_wrong_shape(string text, string fault)
    {
        Assert.Contains(Written.Faults(text), f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Never_shows_a_secret()
    {
        const string Secret = "sk-hidden-99";
        var sources = Written.With(("HIDDEN", Secret));
        string[] broken =
        [
            .. new[] { "\"", "'", "{", "[", "%", "@", "`", "&a *", "- x: ", "!!int: *" }.Select(slip => Written.Provider("anthropic", $"apiKey: {slip}{Secret}")),
            Written.Provider("anthropic", $"apiKey: [{Secret}]"),
            Written.Provider("anthropic", $"apiKey: *{Secret}"),
            Written.Provider("anthropic", $"apiKey: {Secret}: {Secret}"),
            Written.Provider("anthropic", $"endpoint: https://user:{Secret}@host/"),
            Written.Provider("anthropic", $"endpoint: host?key={Secret}"),
            Written.Provider("anthropic", "model: ok", "batchMaxSize: ${HIDDEN}", "cacheStrategy: ${HIDDEN}", "batchingEnabled: ${HIDDEN}", "temperature: ${HIDDEN}"),
            Written.Provider("${HIDDEN}"),
        ];

        Assert.All(broken, text => Assert.DoesNotContain(Secret, string.Join('\n', Written.Faults(text, sources)), StringComparison.Ordinal));
        var loaded = Written.Load(Written.Provider("anthropic", $"apiKey: {Secret}", $"endpoint: https://host/?key={Secret}", "oddity: ${HIDDEN}"), sources);
        var misplaced = Written.Load(Written.Provider("openAI", "apiKey: key", "model: ${HIDDEN}", "cacheStrategy: explicit"), sources);
        Assert.DoesNotContain(Secret, Assert.Single(misplaced.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Join('\n', loaded.Warnings) + loaded.Llm[0] + loaded.Llm[0].ApiKey + loaded, StringComparison.Ordinal);
        Assert.Equal(Secret, loaded.Llm[0].ApiKey?.Reveal());
    }
}
