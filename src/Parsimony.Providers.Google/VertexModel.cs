namespace Parsimony.Providers.Google;

/// <summary>Whose model a name means, and how it is addressed.</summary>
internal static class VertexModel
{
    /// <summary>How the names of Claude models begin.</summary>
    public static IReadOnlyList<string> ClaudeNames { get; } = ["claude", "publishers/anthropic/"];

    /// <summary>Whether Anthropic publishes it, and so whose words it reads.</summary>
    public static bool IsClaude(string model) => ClaudeNames.Any(name => model.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>publishers/google/models/...</c>; a name with its publisher is taken as it is.</summary>
    public static string ResourceOf(string model)
    {
        var parts = model.Split('/');
        var (publisher, name) = parts is ["publishers", var who, "models", var which] ? (who, which) : (IsClaude(model) ? "anthropic" : "google", model);
        return $"publishers/{Uri.EscapeDataString(publisher)}/models/{Uri.EscapeDataString(name).Replace("%40", "@", StringComparison.Ordinal)}";
    }

    /// <summary>The same model at Anthropic, whose facts are known by that name: <c>claude-haiku-4-5@20251001</c> is <c>claude-haiku-4-5-20251001</c> there.</summary>
    public static ModelId AtAnthropic(string model) => new(ProviderId.Anthropic, model[(model.LastIndexOf('/') + 1)..].Replace('@', '-'));
}
