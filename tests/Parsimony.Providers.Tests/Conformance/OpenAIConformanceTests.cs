namespace Parsimony.Providers.Tests;

public sealed class OpenAIConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(OpenAIProfiles.OpenAI.Kind, "gpt-5-mini");
}
