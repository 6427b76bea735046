namespace Parsimony.Engine;

/// <summary>
/// Providers as <c>gen_ai.provider.name</c> spells them: in telemetry, and in the metadata of other people's chat clients
/// (https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md, read 2026-11-21).
/// </summary>
public static class SemanticProviderNames
{
    // The conventions name ten of the fourteen; fireworks, ollama, openAICompatible and together keep our spelling, in lower case.
    private static readonly (ProviderId Id, string Name)[] Known =
    [
        (ProviderId.OpenAI, "openai"),
        (ProviderId.Anthropic, "anthropic"),
        (ProviderId.AzureOpenAI, "azure.ai.openai"),
        (ProviderId.Bedrock, "aws.bedrock"),
        (ProviderId.Cohere, "cohere"),
        (ProviderId.Gemini, "gcp.gemini"),
        (ProviderId.Groq, "groq"),
        (ProviderId.VertexAI, "gcp.vertex_ai"),
        (ProviderId.Mistral, "mistral_ai"),
        (ProviderId.Xai, "x_ai"),
    ];

    // What clients wrote before the names had a cloud before them, under gen_ai.system.
    private static readonly (ProviderId Id, string Name)[] Former =
    [
        (ProviderId.AzureOpenAI, "az.ai.openai"),
        (ProviderId.VertexAI, "vertex_ai"),
    ];

    /// <summary>The conventions' name of a provider.</summary>
    public static string Of(ProviderId provider) =>
        Array.Find(Known, pair => pair.Id == provider).Name ?? provider.Value.ToLowerInvariant();

    /// <summary>Reads the conventions' name, a former one of theirs, or ours; false when it is none of them.</summary>
    public static bool TryRead(string? name, out ProviderId provider)
    {
        var known = Known.Concat(Former).FirstOrDefault(pair => string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase));
        provider = known.Id;
        return known.Name is not null || ProviderId.TryParse(name, out provider);
    }
}
