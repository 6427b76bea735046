namespace Parsimony.Providers.Tests;

public sealed class MistralConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(MistralProfile.Profile.Kind, "mistral-small-latest") { ListsUnrun = false };
}
