namespace Parsimony.Engine.Tests;

/// <summary>Where in its cloud a provider is, and where its batches lie, is asked for before anything is called.</summary>
public sealed class PlaceCheckTests
{
    [Fact]
    public void Names_everything_that_is_missing_of_every_provider_at_once()
    {
        var faults = Written.Faults(
            """
            llm:
              - provider: azureOpenAI
                configuration: {batchMaxSize: -1}
              - provider: vertexAI
                configuration: {batchingEnabled: true}
              - provider: bedrock
                configuration: {batchingEnabled: true}
              - provider: fireworks
                configuration: {batchingEnabled: true, apiKey: k}
            """,
            Nowhere);

        Assert.Equal(
            [
                "llm[0].configuration.batchMaxSize: '-1' cannot be meant; write a whole number from 1 to 2147483647, without quotes.",
                "llm[0].configuration.apiKey: azureOpenAI needs a key; write apiKey: \"${AZURE_OPENAI_API_KEY}\", or set AZURE_OPENAI_API_KEY in the environment; or call it without one, by its cloud's credentials, with the package Parsimony.Providers.Azure.",
                "llm[0].configuration.endpoint: azureOpenAI has no address of its own; write one such as https://my-resource.openai.azure.com.",
                "llm[1].configuration.project: vertexAI needs it; write project: my-project.",
                "llm[1].configuration.location: vertexAI needs it; write location: europe-west4.",
                "llm[1].configuration.storage: vertexAI needs it for batches; write storage: gs://bucket/prefix, or batchingEnabled: false.",
                "llm[2].configuration.location: bedrock needs it; write location: us-east-1.",
                "llm[2].configuration.storage: bedrock needs it for batches; write storage: s3://bucket/prefix, or batchingEnabled: false.",
                "llm[2].configuration.role: bedrock needs it for batches; write role: arn:aws:iam::123456789012:role/batch, or batchingEnabled: false.",
                "llm[3].configuration.account: fireworks needs it for batches; write account: my-account, or batchingEnabled: false.",
            ],
            faults.Select(fault => fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Theory]
    [InlineData("vertexAI", "project: acme", "location: global")]
    [InlineData("vertexAI", "account: acme", "region: europe-west4")]
    [InlineData("vertexAI", "project: acme", "location: global", "storage: 'gs://bucket/work'", "batchingEnabled: true")]
    [InlineData("bedrock", "location: us-east-1")]
    [InlineData("bedrock", "location: us-east-1", "batchingEnabled: false")]
    [InlineData("bedrock", "location: us-east-1", "storage: 's3://bucket/work'", "role: 'arn:aws:iam::1:role/batch'", "batchingEnabled: true")]
    [InlineData("fireworks", "apiKey: k")]
    [InlineData("fireworks", "apiKey: k", "accountId: acme", "batchingEnabled: true")]
    [InlineData("azureOpenAI", "apiKey: k", "endpoint: 'https://acme.openai.azure.com'", "batchingEnabled: true")]
    public void Asks_for_no_more_than_is_needed(string provider, params string[] lines) => Assert.Single(Written.Load(Written.Provider(provider, lines), Nowhere).Llm);

    [Theory]
    [InlineData("bedrock", "storage", "storage: 'gs://bucket/work'", "is no storage of bedrock; write one such as s3://bucket/prefix.")]
    [InlineData("vertexAI", "storage", "storage: 's3://bucket/work'", "is no storage of vertexAI; write one such as gs://bucket/prefix.")]
    [InlineData("bedrock", "role", "role: batch", "is no role of bedrock; write one such as arn:aws:iam::123456789012:role/batch.")]
    public void Names_what_belongs_to_another_cloud(string provider, string key, string line, string fault) =>
        Assert.Contains(
            $"providers.yaml, line 5: llm[0].configuration.{key}: {fault}",
            Written.Faults(Written.Provider(provider, line, "project: acme", "location: here"), Nowhere));

    [Fact]
    public void Needs_the_role_where_a_storage_is_written() =>
        Assert.Contains("configuration.role: bedrock needs it for batches", Assert.Single(Written.Faults(Written.Provider("bedrock", "location: us-east-1", "storage: 's3://bucket/work'"), Nowhere)), StringComparison.Ordinal);

    [Fact]
    public void Takes_a_location_from_the_clouds_own_settings_where_there_are_any()
    {
        var text = Written.Provider("bedrock");

        Assert.Single(Written.Load(text, Nowhere with { Location = id => id == ProviderId.Bedrock ? "us-east-1" : null }).Llm);
        Assert.Single(Written.Load(text, Nowhere with { Location = null }).Llm);
        Assert.Single(Written.Faults(text, Nowhere));
    }

    [Fact]
    public void Asks_a_workload_that_turns_batches_on()
    {
        var fault = Assert.Single(Written.Faults("llm: [{provider: fireworks, configuration: {apiKey: k}, workloads: {index: {batchingEnabled: true}, chat: {}}}]", Nowhere));

        Assert.Contains("llm[0].workloads.index.account: fireworks needs it for batches", fault, StringComparison.Ordinal);
    }

    /// <summary>A machine without keys and without any cloud's settings.</summary>
    private static ConfigurationSources Nowhere => Written.Only() with { Location = static _ => null };
}
