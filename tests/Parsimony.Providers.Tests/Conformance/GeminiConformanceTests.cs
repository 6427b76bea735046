namespace Parsimony.Providers.Tests;

public sealed class GeminiConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(ProviderFactory.Find(ProviderId.Gemini)!, "gemini-3.8-flash") { ListsUnrun = false, ShowsCancelling = false };
}
