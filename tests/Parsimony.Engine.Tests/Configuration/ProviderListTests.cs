namespace Parsimony.Engine.Tests;

public sealed class ProviderListTests
{
    [Fact]
    public void Loads_every_provider_by_its_identifier_in_any_letter_case()
    {
        var text = "llm:\n" + string.Concat(ProviderId.All.Select(id => $"- provider: {id.ToUpperInvariant()}\n"));

        var configuration = Written.Load(text, Written.Only() with { KeysOptional = true });

        Assert.Equal(ProviderId.All, configuration.Llm.Select(p => p.Provider.Value));
    }

    [Fact]
    public void Takes_the_marked_entry_for_the_default_and_else_the_first()
    {
        const string Two = "llm:\n- {provider: anthropic}\n- {provider: ollama, isDefault: MARK}\n";

        Assert.Equal("ollama", Written.Load(Two.Replace("MARK", "true", StringComparison.Ordinal)).DefaultLlm?.Provider.Value);
        Assert.Equal("anthropic", Written.Load(Two.Replace("MARK", "false", StringComparison.Ordinal)).DefaultLlm?.Provider.Value);
    }

    [Fact]
    public void Reads_where_in_a_cloud_a_provider_is()
    {
        const string Text = "llm: [{provider: fireworks, configuration: {apiKey: k, accountId: acme, location: eu, storage: 's3://bucket/work', storageEndpoint: 'http://localhost:9', role: 'arn:aws:iam::1:role/batch'}}]";

        var cloud = Written.Load(Text).Llm[0].Cloud;

        Assert.Equal(
            new CloudConfiguration { Account = "acme", Location = "eu", Storage = new Uri("s3://bucket/work"), StorageEndpoint = new Uri("http://localhost:9"), Role = "arn:aws:iam::1:role/batch" },
            cloud);
    }

    [Fact]
    public void Names_a_storage_that_is_no_address() =>
        Assert.Contains("storage", Assert.Throws<ConfigurationException>(() => Written.Load("llm: [{provider: ollama, configuration: {storage: 'my bucket'}}]")).Message, StringComparison.Ordinal);

    [Fact]
    public void Takes_a_servers_profile_for_openAICompatible_alone()
    {
        var configuration = Written.Load("llm: [{provider: openAICompatible, configuration: {endpoint: 'http://localhost:8000/v1', profile: vLLM}}, {provider: ollama, configuration: {profile: vLLM}}]");

        Assert.Equal(["vLLM", null], configuration.Llm.Select(provider => provider.ServerProfile));
        Assert.Contains(configuration.Warnings, warning => warning.ToString()!.Contains("profile", StringComparison.Ordinal));
    }

    [Fact]
    public void Lets_each_list_have_a_default_of_its_own()
    {
        var configuration = Written.Load("llm: [{provider: anthropic, isDefault: true}]\nembedding: [{provider: ollama, isDefault: true}]\n");

        Assert.Equal("ollama", configuration.DefaultEmbedding?.Provider.Value);
    }

    [Fact]
    public void Names_the_credentials_of_several_entries_of_one_provider()
    {
        var names = Written.Load("llm: [{provider: anthropic}, {provider: anthropic}, {provider: anthropic, name: team}]").Llm.Select(p => p.CredentialName);

        Assert.Equal(["anthropic", "anthropic-2", "team"], names);
    }

    [Theory]
    [InlineData("Voyage", "voyage", "https://api.voyageai.com/v1")]
    [InlineData("jina", "jina", "https://api.jina.ai/v1")]
    [InlineData("Jina AI", "jina", "https://api.jina.ai/v1")]
    [InlineData("HuggingFace", "huggingFace", "http://localhost:1/")]
    [InlineData("Sentence Transformers", "sentenceTransformers", "http://localhost:1/")]
    [InlineData("sentence_transformers", "sentenceTransformers", "http://localhost:1/")]
    public void Loads_embedding_services_as_profiles_of_openAICompatible(string written, string profile, string endpoint)
    {
        var local = endpoint.StartsWith("http:", StringComparison.Ordinal) ? $", endpoint: \"{endpoint}\"" : "";

        var provider = Assert.Single(Written.Load(
            $"embedding: [{{provider: {written}, configuration: {{model: m{local}}}}}]",
            Written.Only(("JINA_API_KEY", "k"), ("VOYAGE_API_KEY", "k"))).Embedding);

        Assert.Equal("openAICompatible", provider.Provider.Value);
        Assert.Equal(profile, provider.Profile);
        Assert.Equal(profile, provider.CredentialName);
        Assert.Equal(new Uri(endpoint), provider.Endpoint);
        Assert.Empty(provider.Workloads);
    }

    [Fact]
    public void Refuses_an_embedding_service_among_language_models()
    {
        Assert.Contains("voyage serves embeddings only; write it under embedding.", Assert.Single(Written.Faults("llm: [{provider: voyage}]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_out_an_embedding_provider_without_embeddings()
    {
        var configuration = Written.Load("embedding:\n- provider: anthropic\n- provider: ollama\n");

        Assert.Equal("ollama", Assert.Single(configuration.Embedding).Provider.Value);
        Assert.Equal(["providers.yaml, line 2: embedding[0].provider: embeddings are not supported for anthropic, disabled"], configuration.Warnings);
    }

    [Fact]
    public void Sets_what_it_says_of_the_engine()
    {
        var configuration = Written.Load("""
            llm:
              - {provider: anthropic, configuration: {batchPollIntervalSeconds: 90, batchTimeoutSeconds: 7200}}
              - {provider: ollama, configuration: {batchPollIntervalSeconds: 45}}
            optimization: {defaultBatchSize: 250, defaultBatchTimeout: 12, metricsRetentionDays: 500}
            """);
        var options = new EngineOptions();

        configuration.ApplyTo(options);

        Assert.Equal(250, options.FillCount);
        Assert.Equal(TimeSpan.FromSeconds(12), options.FillTime);
        Assert.Equal(TimeSpan.FromSeconds(45), options.PollInterval);
        Assert.Equal(500, options.MetricsRetentionDays);
        Assert.Equal(500, options.LedgerRetentionDays);
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromHours(2)), (configuration.BulkTimeout, options.BatchTimeout));
        Assert.Empty(options.Validate());
    }

    [Fact]
    public void Leaves_the_engine_the_providers_own_poll_interval()
    {
        var options = new EngineOptions();

        Written.Load(Written.Provider("anthropic")).ApplyTo(options);

        Assert.Null(options.PollInterval);
        Assert.Equal(100, options.FillCount);
        Assert.Equal(TimeSpan.FromSeconds(30), options.FillTime);
        Assert.Equal(400, options.LedgerRetentionDays);
    }
}
