namespace Parsimony.Providers.Tests;

public sealed class XaiConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(XaiProfile.Profile.Kind, "grok-4.3") { HasResultFiles = false };
}
