namespace Parsimony.Engine.Tests;

public sealed class FeatureCheckTests
{
    [Theory]
    [InlineData("ollama")]
    [InlineData("cohere")]
    public void Disables_batching_where_the_provider_has_none(string provider)
    {
        var configuration = Written.Load(Written.Provider(provider, "batchingEnabled: true", "apiKey: key"));

        Assert.Equal([$"providers.yaml, line 5: llm[0].configuration.batchingEnabled: batching is not supported for {provider}, disabled"], configuration.Warnings);
        Assert.False(configuration.Llm[0].BatchingEnabled);
        Assert.False(configuration.Llm[0].UsesBatching(isOptIn: true));
    }

    [Theory]
    [InlineData("ollama")]
    [InlineData("cohere")]
    public void Prefers_no_batches_where_the_provider_has_none(string provider)
    {
        var configuration = Written.Load(Written.Provider(provider, "optimizationStrategy: batch_only", "optimizationPreference: batch", "apiKey: key"));

        Assert.Equal(
            [
                $"providers.yaml, line 5: llm[0].configuration.optimizationStrategy: batching is not supported for {provider}; auto is used",
                $"providers.yaml, line 6: llm[0].configuration.optimizationPreference: batching is not supported for {provider}, left out",
            ],
            configuration.Warnings);
        Assert.Null(configuration.Llm[0].RoutePreference);
    }

    [Theory]
    [InlineData("bedrock", 72, 72, null)]
    [InlineData("bedrock", 6, 24, "6 hours is not offered by bedrock (24 to 168, read 2026-11-20); 24 is used")]
    [InlineData("groq", 1_000, 168, "1000 hours is not offered by groq (24 to 168, read 2026-11-20); 168 is used")]
    [InlineData("mistral", 6, 6, null)]
    [InlineData("anthropic", 24, null, "the window of a batch cannot be chosen for anthropic, ignored")]
    public void Takes_a_window_the_provider_offers(string provider, int asked, int? used, string? warning)
    {
        var configuration = Written.Load(Written.Provider(provider, $"batchWindowHours: {asked}", "apiKey: key"));

        Assert.Equal(used, configuration.Llm[0].BatchWindow?.TotalHours);
        Assert.Equal(warning is null ? [] : new[] { $"providers.yaml, line 5: llm[0].configuration.batchWindowHours: {warning}" }, configuration.Warnings);
    }

    [Fact]
    public void Disables_caching_where_the_provider_has_none()
    {
        var configuration = Written.Load(Written.Provider("cohere", "cachingEnabled: true", "apiKey: key"));

        Assert.Equal(["providers.yaml, line 5: llm[0].configuration.cachingEnabled: caching is not supported for cohere, disabled"], configuration.Warnings);
        Assert.False(configuration.Llm[0].CachingEnabled);
    }

    [Fact]
    public void Never_faults_on_a_feature_whatever_the_provider()
    {
        var sources = Written.Only() with { KeysOptional = true };

        Assert.All(ProviderId.All, id => Assert.Single(Written.Load(
            Written.Provider(
                id,
                "batchingEnabled: true",
                "cachingEnabled: true",
                "cacheStrategy: explicit",
                "cacheTTL: 17",
                "batchMaxSize: 2000000000",
                "cacheMaxBreakpoints: 99",
                "optimizationStrategy: both"),
            sources).Llm));
    }

    [Fact]
    public void Clamps_a_size_over_the_limit_and_states_both_numbers()
    {
        var sources = Written.With() with { Limits = id => id == ProviderId.Anthropic ? Written.Limit(2_500) : null };

        var configuration = Written.Load(Written.Example, sources);

        Assert.Equal(2_500, configuration.Llm[0].BatchMaxSize);
        Assert.Equal(
            ["providers.yaml, line 10: llm[0].configuration.batchMaxSize: 10000 is over the limit of anthropic, 2500 requests per batch; 2500 is used"],
            configuration.Warnings);
    }

    [Fact]
    public void Clamps_by_the_dated_limit_where_the_program_knows_none()
    {
        var configuration = Written.Load(Written.Provider("anthropic", "batchMaxSize: 250000"));

        Assert.Equal(100_000, configuration.Llm[0].BatchMaxSize);
        Assert.Contains("250000 is over the limit of anthropic, 100000 requests", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Clamps_an_absent_size_without_a_word()
    {
        var configuration = Written.Load(Written.Provider("anthropic"), Written.With() with { Limits = _ => Written.Limit(500) });

        Assert.Equal(500, configuration.Llm[0].BatchMaxSize);
        Assert.Empty(configuration.Warnings);
    }

    [Theory]
    [InlineData(60, 300)]
    [InlineData(600, 3_600)]
    [InlineData(86_400, 3_600)]
    public void Takes_the_next_lifetime_on_offer(int asked, int used)
    {
        var configuration = Written.Load(Written.Provider("anthropic", $"cacheTTL: {asked}"));

        Assert.Equal(TimeSpan.FromSeconds(used), configuration.Llm[0].CacheTtl);
        Assert.Contains($"{asked} seconds is not offered by anthropic (300 or 3600, read 2026-11-20); {used} is used", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Ignores_a_lifetime_where_none_can_be_set()
    {
        var configuration = Written.Load(Written.Provider("groq", "apiKey: key", "cacheTTL: 300"));

        Assert.Null(configuration.Llm[0].CacheTtl);
        Assert.Contains("a cache lifetime cannot be set for groq, ignored", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_any_lifetime_where_any_can_be_set()
    {
        var configuration = Written.Load(Written.Provider("gemini", "apiKey: key", "cacheTTL: 4321"));

        Assert.Equal(TimeSpan.FromSeconds(4_321), configuration.Llm[0].CacheTtl);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Replaces_a_cache_strategy_the_provider_lacks()
    {
        var configuration = Written.Load(Written.Provider("groq", "apiKey: key", "cacheStrategy: explicit"));

        Assert.Equal(CacheStrategy.Automatic, configuration.Llm[0].CacheStrategy);
        Assert.Contains("explicit caching is not supported for groq, automatic is used", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openAI", "gpt-4.1-mini", CacheStrategy.Automatic)]
    [InlineData("openAI", "gpt-5.6-sol", CacheStrategy.Explicit)]
    [InlineData("openAI", "gpt-6.1-terra", CacheStrategy.Explicit)]
    [InlineData("gemini", "gemini-4-argon", CacheStrategy.Automatic)]
    [InlineData("gemini", "gemini-3.8-flash", CacheStrategy.Explicit)]
    public void Replaces_explicit_caching_where_the_model_lacks_it(string provider, string model, CacheStrategy used)
    {
        var configuration = Written.Load(Written.Provider(provider, "apiKey: key", "cacheStrategy: explicit", $"model: {model}"));

        Assert.Equal(used, configuration.Llm[0].CacheStrategy);
        Assert.Equal(
            used == CacheStrategy.Explicit ? [] : new[] { $"providers.yaml, line 6: llm[0].configuration.cacheStrategy: explicit caching is not supported for {model}, automatic is used" },
            configuration.Warnings);
    }

    [Fact]
    public void Says_that_batch_and_cache_do_not_stack_on_bedrock()
    {
        var configuration = Written.Load(Written.Provider("bedrock", "optimizationStrategy: both", "optimizationPreference: batch"));

        Assert.Equal(OptimizationStrategy.Auto, configuration.Llm[0].OptimizationStrategy);
        Assert.Equal(OptimizationPreference.Batch, configuration.Llm[0].OptimizationPreference);
        Assert.Contains("batching and caching do not apply together for bedrock", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Clamps_cache_marks_over_the_limit()
    {
        var configuration = Written.Load(Written.Provider("anthropic", "cacheMaxBreakpoints: 9"));

        Assert.Equal(4, configuration.Llm[0].CacheMaxBreakpoints);
        Assert.Contains("9 is over the limit of anthropic, 4 per request", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Loads_an_aged_value_and_says_what_changed()
    {
        var configuration = Written.Load(Written.Provider("gemini", "apiKey: key", "model: gemini-2.0-flash"));

        Assert.Equal("gemini-2.0-flash", configuration.Llm[0].Model);
        Assert.Equal(
            "providers.yaml, line 6: llm[0].configuration.model: this value has aged: Google has shut the 2.0 models down; name a newer model (read 2026-11-20)",
            Assert.Single(configuration.Warnings));
    }

    [Fact]
    public void Raises_a_smallest_prefix_the_model_no_longer_keeps()
    {
        var configuration = Written.Load(Written.Provider("anthropic", "model: claude-haiku-4-5-20251001", "cacheMinTokens: 1024"));

        Assert.Equal(4_096, configuration.Llm[0].CacheMinTokens);
        Assert.Contains("1024 is under what claude-haiku-4-5-20251001 keeps, 4096 tokens", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_out_a_temperature_the_model_refuses()
    {
        var refusing = ModelCatalogue.Default.All.First(m => m.Id.Provider == ProviderId.Anthropic && m.RefusesSampling == true).Id.Name;

        var configuration = Written.Load(Written.Provider("anthropic", $"model: {refusing}", "temperature: 0.2"));

        Assert.Null(configuration.Llm[0].Temperature);
        Assert.Contains($"a temperature is not supported for {refusing}, left out", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batchMaxSiz: 5", "batchMaxSiz: unknown key, ignored; did you mean batchMaxSize?")]
    [InlineData("batch_max_size: 5", "batch_max_size: unknown key, ignored; did you mean batchMaxSize?")]
    [InlineData("CacheTtl: 5", "CacheTtl: unknown key, ignored; did you mean cacheTTL?")]
    [InlineData("colour: red", "colour: unknown key, ignored")]
    public void Names_an_unknown_key_with_its_line(string line, string warning)
    {
        Assert.Equal(["providers.yaml, line 5: llm[0].configuration." + warning], Written.Load(Written.Provider("anthropic", line)).Warnings);
    }

    [Fact]
    public void Names_unknown_keys_at_every_level()
    {
        var warnings = Written.Load("""
            llm:
              - provider: anthropic
                colour: red
                workloads:
                  chat:
                    colour: red
            optimization:
              colour: red
            imageBatching:
              enableForOperations:
                colour: true
            colour: red
            """).Warnings;

        Assert.Equal(
            ["llm[0].workloads.chat.colour", "llm[0].colour", "optimization.colour", "imageBatching.enableForOperations.colour", "colour"],
            warnings.Select(w => w.Split(": ")[1]));
    }

    [Fact]
    public void Warns_of_a_key_sent_unencrypted_to_another_machine()
    {
        var configuration = Written.Load(Written.Provider("anthropic", "endpoint: http://relay.example/"));

        Assert.Contains("travels unencrypted", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }
}
