namespace Parsimony.Providers.Tests;

public sealed class GroqConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(GroqProfile.Profile.Kind, "openai/gpt-oss-20b");
}
