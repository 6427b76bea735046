namespace Parsimony.Providers.Tests;

public sealed class OpenAICompatibleConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(OpenAICompatibleProfile.Profile.Kind, "local-model");
}
