namespace Parsimony.Providers.Tests;

public sealed class AzureOpenAIConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(AzureOpenAIProfile.Profile.Kind, "gpt-5-mini");
}
