namespace Parsimony.Engine.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public void Overrides_the_keys_it_names()
    {
        var configuration = Written.Load(Written.Example, Written.With(
            ("LLM_BATCHING_ENABLED", "false"),
            ("LLM_CACHING_ENABLED", "0"),
            ("LLM_OPTIMIZATION_STRATEGY", "batch_only"),
            ("LLM_METRICS_ENABLED", "False"),
            ("LLM_COST_TRACKING_ENABLED", "false"),
            ("LLM_CACHE_TTL_SECONDS", "3600"),
            ("LLM_CACHE_MIN_TOKENS", "2048"),
            ("LLM_BATCH_MAX_SIZE", "7"),
            ("LLM_BATCH_TIMEOUT_SECONDS", "8")));

        var provider = configuration.Llm[0];
        Assert.False(provider.BatchingEnabled);
        Assert.False(provider.CachingEnabled);
        Assert.Equal(OptimizationStrategy.BatchOnly, provider.OptimizationStrategy);
        Assert.False(configuration.Optimization.EnableMetrics);
        Assert.False(provider.TrackCosts);
        Assert.False(configuration.Optimization.TrackCostSavings);
        Assert.Equal(TimeSpan.FromHours(1), provider.CacheTtl);
        Assert.Equal(TimeSpan.FromHours(1), configuration.Optimization.DefaultCacheTtl);
        Assert.Equal(2_048, provider.CacheMinTokens);
        Assert.Equal(7, configuration.Optimization.DefaultBatchSize);
        Assert.Equal(TimeSpan.FromSeconds(8), configuration.Optimization.DefaultBatchTimeout);
    }

    [Fact]
    public void Sets_the_accumulator_and_not_the_providers_batches()
    {
        var provider = Written.Load(Written.Example, Written.With(("LLM_BATCH_MAX_SIZE", "7"), ("LLM_BATCH_TIMEOUT_SECONDS", "8"))).Llm[0];

        Assert.Equal(10_000, provider.BatchMaxSize);
        Assert.Equal(TimeSpan.FromDays(1), provider.BatchTimeout);
    }

    [Fact]
    public void Reaches_providers_without_a_configuration_and_workloads_that_say_otherwise()
    {
        var provider = Written.Load(
            "llm:\n- provider: anthropic\n  workloads: {chat: {batchingEnabled: true}, other: {model: m}}\n",
            Written.With(("LLM_BATCHING_ENABLED", "false"))).Llm[0];

        Assert.False(provider.BatchingEnabled);
        Assert.False(provider.For("chat", "k").BatchingEnabled);
        Assert.False(provider.For("other", "k").BatchingEnabled);
    }

    [Fact]
    public void Leaves_embeddings_alone()
    {
        var configuration = Written.Load(
            "embedding:\n- provider: openAI\n  configuration: {apiKey: key, batchingEnabled: true}\n", Written.With(("LLM_BATCHING_ENABLED", "false")));

        Assert.True(configuration.Embedding[0].BatchingEnabled);
    }

    [Theory]
    [InlineData("LLM_BATCHING_ENABLED", "maybe")]
    [InlineData("LLM_OPTIMIZATION_STRATEGY", "all")]
    [InlineData("LLM_CACHE_TTL_SECONDS", "-1")]
    [InlineData("LLM_BATCH_MAX_SIZE", "0")]
    [InlineData("BATCH_API_MODE", "later")]
    [InlineData("BATCH_POLL_INTERVAL_MS", "fast")]
    public void Names_the_variable_that_cannot_be_meant(string variable, string value)
    {
        Assert.All(
            Written.Faults(Written.Example, Written.With((variable, value))),
            fault => Assert.StartsWith($"environment variable {variable}: ", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Ignores_empty_variables()
    {
        Assert.True(Written.Load(Written.Example, Written.With(("LLM_BATCHING_ENABLED", " "))).Llm[0].BatchingEnabled);
    }

    [Fact]
    public void Pins_the_image_pipelines_defaults()
    {
        var images = Written.Load("").ImageBatching;

        Assert.Equal(new ImageBatchConfiguration(), images);
        Assert.False(images.Enabled);
        Assert.Equal(ImageBatchMode.Deferred, images.Mode);
        Assert.Equal(TimeSpan.FromHours(24), images.MaxWait);
        Assert.Equal(TimeSpan.FromSeconds(30), images.PollInterval);
        Assert.True(images.VisionEnabled);
        Assert.True(images.LlmEnabled);
        Assert.True(images.FallbackToStandard);
        Assert.True(images.CostTracking);
        Assert.False(images.HybridMode);
        Assert.Equal(10_000, images.MaxBatchSize);
        Assert.Equal((true, true, false), (images.VisionRanking, images.Critique, images.Refinement));
    }

    [Fact]
    public void Sets_the_image_pipelines_batches()
    {
        const string Text = """
            imageBatching:
              mode: deferred
              maxBatchSize: 400
              enableForOperations: {visionRanking: false, critique: false, refinement: true}
            """;

        var images = Written.Load(Text, Written.With(
            ("BATCH_API_ENABLED", "true"),
            ("BATCH_API_MODE", "immediate"),
            ("BATCH_MAX_WAIT_HOURS", "1.5"),
            ("BATCH_POLL_INTERVAL_MS", "250"),
            ("BATCH_VISION_ENABLED", "false"),
            ("BATCH_LLM_ENABLED", "false"),
            ("BATCH_FALLBACK_TO_STANDARD", "false"),
            ("BATCH_COST_TRACKING", "false"),
            ("BATCH_HYBRID_MODE", "true"))).ImageBatching;

        var expected = new ImageBatchConfiguration
        {
            Enabled = true,
            Mode = ImageBatchMode.Immediate,
            MaxWait = TimeSpan.FromMinutes(90),
            PollInterval = TimeSpan.FromMilliseconds(250),
            VisionEnabled = false,
            LlmEnabled = false,
            FallbackToStandard = false,
            CostTracking = false,
            HybridMode = true,
            MaxBatchSize = 400,
            VisionRanking = false,
            Critique = false,
            Refinement = true,
        };
        Assert.Equal(expected, images);
    }

    [Fact]
    public void Is_a_configuration_by_itself()
    {
        var configuration = ConfigurationFile.FromEnvironment(Written.Only(
            ("OPENAI_API_KEY", "o"), ("GEMINI_API_KEY", "g"), ("GROQ_API_KEY", "q"), ("LLM_CACHING_ENABLED", "true")));

        Assert.Equal(["gemini", "groq", "openAI"], configuration.Llm.Select(p => p.Provider.Value));
        Assert.Equal(["g", "q", "o"], configuration.Llm.Select(p => p.ApiKey?.Reveal()));
        Assert.Equal(["gemini", "openAI"], configuration.Embedding.Select(p => p.Provider.Value));
        Assert.All(configuration.Llm, p => Assert.True(p.CachingEnabled));
        Assert.Equal("gemini", configuration.DefaultLlm?.Provider.Value);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Is_empty_without_keys()
    {
        Assert.Empty(ConfigurationFile.FromEnvironment(Written.Only()).Llm);
    }

    [Fact]
    public void Leaves_out_a_provider_without_its_address_and_says_so()
    {
        var without = ConfigurationFile.FromEnvironment(Written.Only(("AZURE_OPENAI_API_KEY", "a")));
        var with = ConfigurationFile.FromEnvironment(Written.Only(("AZURE_OPENAI_API_KEY", "a"), ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com")));

        Assert.Empty(without.Llm);
        Assert.Equal(["environment: AZURE_OPENAI_API_KEY: azureOpenAI is left out: AZURE_OPENAI_ENDPOINT is not set"], without.Warnings);
        Assert.Equal(new Uri("https://r.openai.azure.com"), Assert.Single(with.Llm).Endpoint);
    }
}
