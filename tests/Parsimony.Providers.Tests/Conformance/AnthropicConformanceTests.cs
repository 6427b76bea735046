namespace Parsimony.Providers.Tests;

public sealed class AnthropicConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(ProviderFactory.Find(ProviderId.Anthropic)!, "claude-haiku-4-5") { IsStaged = false };
}
