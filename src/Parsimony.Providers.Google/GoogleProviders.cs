namespace Parsimony.Providers.Google;

/// <summary>The providers of Google Cloud.</summary>
public static class GoogleProviders
{
    /// <summary>Vertex AI: Gemini and Claude models, called with the connection's authorizer, else with Google's application default credentials.</summary>
    public static ProviderKind VertexAI { get; } = new(
        ProviderId.VertexAI, VertexBatchBackend.ProviderLimits, static (connection, http, clock) => new VertexAIProvider(connection, http, clock))
    {
        NeedsKey = false,
    };
}
