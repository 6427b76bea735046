using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockClaudeConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = BedrockSubject.Of(BedrockGiven.Claude);
}

public sealed class BedrockNovaConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = BedrockSubject.Of(BedrockGiven.Nova);
}

internal static class BedrockSubject
{
    public static ProviderSubject Of(string model) => new(AwsProviders.Bedrock, model)
    {
        Key = "sandbox:sandbox-secret",
        WrongKey = "sandbox:wrong-secret",
        Cloud = BedrockGiven.Cloud,
        Items = 100,
        NamesModel = false,
    };
}
