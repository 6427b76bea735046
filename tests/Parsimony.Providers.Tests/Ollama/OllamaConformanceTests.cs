namespace Parsimony.Providers.Tests;

public sealed class OllamaConformanceTests : LiveConformance
{
    protected override ProviderSubject Subject { get; } = new(OllamaProvider.Kind, "qwen3:8b");
}

public sealed class OllamaGoldenTests : GoldenConformance
{
    protected override ProviderKind Kind => OllamaProvider.Kind;
}
