using Parsimony.Providers.Google;

namespace Parsimony.Providers.Tests;

public sealed class VertexGeminiConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(GoogleProviders.VertexAI, "gemini-3.8-flash") { Cloud = VertexGiven.Place, ListsUnrun = false };
}

public sealed class VertexClaudeConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(GoogleProviders.VertexAI, "claude-haiku-4-5@20251001") { Cloud = VertexGiven.Place, ListsUnrun = false };
}
