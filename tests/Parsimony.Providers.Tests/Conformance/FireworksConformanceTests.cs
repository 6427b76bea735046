namespace Parsimony.Providers.Tests;

public sealed class FireworksConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(FireworksProfile.Profile.Kind, "accounts/fireworks/models/llama-v3p1-8b-instruct")
    {
        Cloud = new CloudPlace { Account = "acme" },
        ListsUnrun = false,
        CancelDeletes = true,
    };
}
