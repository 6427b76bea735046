using Parsimony.Providers.Google;

namespace Parsimony.Providers.Tests;

public sealed class PageFolderTests
{
    [Fact]
    public void Every_folder_of_cases_has_the_class_that_runs_it()
    {
        var folders = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden"))
            .Where(folder => Directory.Exists(Path.Combine(folder, "from-the-page"))).Select(folder => Path.GetFileName(folder).ToUpperInvariant());
        var classes = typeof(PageConformance).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(PageConformance))).Select(type => type.Name[..^"PageTests".Length].ToUpperInvariant());

        // Bedrock's class is in the tests of its own package.
        Assert.Equal(folders.Order(StringComparer.Ordinal), classes.Append("BEDROCK").Order(StringComparer.Ordinal));
    }
}

public sealed class AnthropicPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Anthropic)!;
}

public sealed class OpenAIPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.OpenAI)!;
}

public sealed class AzureOpenAIPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.AzureOpenAI)!;

    protected override ProviderConnection Connection { get; } = new() { ApiKey = "key-inv", Endpoint = new Uri("https://contoso-inv.openai.azure.com") };
}

public sealed class GeminiPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Gemini)!;
}

public sealed class VertexAIPageTests : PageConformance
{
    protected override ProviderKind Kind => GoogleProviders.VertexAI;

    protected override ProviderConnection Connection { get; } = new()
    {
        ApiKey = "token-inv",
        Cloud = new CloudPlace { Account = "inv-project", Location = "us-central1", Storage = new Uri("gs://inv-bucket/here") },
    };
}

public sealed class MistralPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Mistral)!;
}

public sealed class GroqPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Groq)!;
}

public sealed class TogetherPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Together)!;
}

public sealed class FireworksPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Fireworks)!;

    protected override ProviderConnection Connection { get; } = new() { ApiKey = "key-inv", Cloud = new CloudPlace { Account = "acme-inv" } };
}

public sealed class XaiPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Xai)!;
}

public sealed class CoherePageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Cohere)!;
}

public sealed class OllamaPageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.Ollama)!;

    protected override ProviderConnection Connection { get; } = new();
}

public sealed class OpenAICompatiblePageTests : PageConformance
{
    protected override ProviderKind Kind => ProviderFactory.Find(ProviderId.OpenAICompatible)!;

    protected override ProviderConnection Connection { get; } = new() { ApiKey = "key-inv", Endpoint = new Uri("http://localhost:8000/v1") };
}
