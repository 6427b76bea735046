namespace Parsimony.Providers.Tests;

public sealed class TogetherConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(TogetherProfile.Profile.Kind, "meta-llama/Llama-3.3-70B-Instruct-Turbo") { ShowsCancelling = false };
}
