namespace Parsimony.Cli;

/// <summary>What LiteLLM's names of providers and models are called here.</summary>
/// <remarks>https://docs.litellm.ai/docs/providers and the entries themselves (read 2026-11-21).</remarks>
internal static class LiteLlmNames
{
    private static readonly Dictionary<string, string> Providers = new(StringComparer.Ordinal)
    {
        ["anthropic"] = "anthropic",
        ["openai"] = "openAI",
        ["text-completion-openai"] = "openAI",
        ["azure"] = "azureOpenAI",
        ["azure_text"] = "azureOpenAI",
        ["bedrock"] = "bedrock",
        ["bedrock_converse"] = "bedrock",
        ["cohere"] = "cohere",
        ["cohere_chat"] = "cohere",
        ["fireworks_ai"] = "fireworks",
        ["fireworks_ai-embedding-models"] = "fireworks",
        ["gemini"] = "gemini",
        ["groq"] = "groq",
        ["mistral"] = "mistral",
        ["ollama"] = "ollama",
        ["ollama_chat"] = "ollama",
        ["openai_like"] = "openAICompatible",
        ["custom_openai"] = "openAICompatible",
        ["hosted_vllm"] = "openAICompatible",
        ["lm_studio"] = "openAICompatible",
        ["together_ai"] = "together",
        ["xai"] = "xai",
    };

    /// <summary>The provider here; null when it is none of ours.</summary>
    public static string? Provider(string name) =>
        name.StartsWith("vertex_ai", StringComparison.Ordinal) ? "vertexAI" : Providers.GetValueOrDefault(name);

    /// <summary>The provider's own name of the model; null for a price of one region or commitment, which has no name of its own.</summary>
    public static string? Model(string key, string provider, string litellmProvider)
    {
        var name = key;
        foreach (var prefix in (ReadOnlySpan<string>)[litellmProvider + "/", provider == "vertexAI" ? "vertex_ai/" : "", provider == "bedrock" ? "bedrock/" : ""])
        {
            if (prefix.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = name[prefix.Length..];
                break;
            }
        }

        // Behind these the path is part of a model's own name; elsewhere it is a region, a size or a commitment.
        return !name.Contains('/', StringComparison.Ordinal) || provider is "fireworks" or "together" or "groq" or "ollama" or "openAICompatible" ? name : null;
    }
}
