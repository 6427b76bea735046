namespace Parsimony.Providers.Tests;

public sealed class CohereConformanceTests : LiveConformance
{
    protected override ProviderSubject Subject { get; } = new(CohereProvider.Kind, "command-a-03-2025") { NamesModel = false };
}

public sealed class CohereGoldenTests : GoldenConformance
{
    protected override ProviderKind Kind => CohereProvider.Kind;
}
