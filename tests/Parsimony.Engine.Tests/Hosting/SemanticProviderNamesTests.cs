namespace Parsimony.Engine.Tests;

public sealed class SemanticProviderNamesTests
{
    [Theory]
    [InlineData("anthropic", "anthropic")]
    [InlineData("bedrock", "aws.bedrock")]
    [InlineData("azureOpenAI", "azure.ai.openai")]
    [InlineData("cohere", "cohere")]
    [InlineData("fireworks", "fireworks")]
    [InlineData("gemini", "gcp.gemini")]
    [InlineData("groq", "groq")]
    [InlineData("mistral", "mistral_ai")]
    [InlineData("ollama", "ollama")]
    [InlineData("openAI", "openai")]
    [InlineData("openAICompatible", "openaicompatible")]
    [InlineData("together", "together")]
    [InlineData("vertexAI", "gcp.vertex_ai")]
    [InlineData("xai", "x_ai")]
    public void Every_provider_has_its_name_of_the_conventions_and_is_read_by_it(string provider, string name)
    {
        Assert.Equal(name, SemanticProviderNames.Of(ProviderId.Parse(provider)));
        Assert.True(SemanticProviderNames.TryRead(name, out var read));
        Assert.Equal(provider, read.Value);
    }

    [Theory]
    [InlineData("vertex_ai", "vertexAI")]
    [InlineData("az.ai.openai", "azureOpenAI")]
    [InlineData("XAI", "xai")]
    public void Former_names_and_ours_are_read_too(string name, string provider)
    {
        Assert.True(SemanticProviderNames.TryRead(name, out var read));
        Assert.Equal(provider, read.Value);
    }

    [Theory]
    [InlineData("perplexity")]
    [InlineData("")]
    [InlineData(null)]
    public void Others_are_not_read(string? name) => Assert.False(SemanticProviderNames.TryRead(name, out _));
}
