using System.Diagnostics.CodeAnalysis;

namespace Parsimony;

/// <summary>One of the known provider identifiers, in its canonical spelling; parsed case-insensitively.</summary>
public readonly record struct ProviderId
{
    private static readonly string[] Names =
    [
        "anthropic", "bedrock", "azureOpenAI", "cohere", "fireworks", "gemini", "groq", "mistral", "ollama", "openAI",
        "openAICompatible", "together", "vertexAI", "xai",
    ];

    private readonly string? _value;

    private ProviderId(string value) => _value = value;

    /// <summary>Anthropic's own API.</summary>
    public static ProviderId Anthropic { get; } = new("anthropic");

    /// <summary>AWS Bedrock.</summary>
    public static ProviderId Bedrock { get; } = new("bedrock");

    /// <summary>Azure OpenAI.</summary>
    public static ProviderId AzureOpenAI { get; } = new("azureOpenAI");

    /// <summary>Cohere.</summary>
    public static ProviderId Cohere { get; } = new("cohere");

    /// <summary>Fireworks AI.</summary>
    public static ProviderId Fireworks { get; } = new("fireworks");

    /// <summary>Google's Gemini API.</summary>
    public static ProviderId Gemini { get; } = new("gemini");

    /// <summary>Groq.</summary>
    public static ProviderId Groq { get; } = new("groq");

    /// <summary>Mistral.</summary>
    public static ProviderId Mistral { get; } = new("mistral");

    /// <summary>Ollama, local or its cloud.</summary>
    public static ProviderId Ollama { get; } = new("ollama");

    /// <summary>OpenAI's own API.</summary>
    public static ProviderId OpenAI { get; } = new("openAI");

    /// <summary>A server that speaks OpenAI's words.</summary>
    public static ProviderId OpenAICompatible { get; } = new("openAICompatible");

    /// <summary>Together AI.</summary>
    public static ProviderId Together { get; } = new("together");

    /// <summary>Google Cloud's Vertex AI.</summary>
    public static ProviderId VertexAI { get; } = new("vertexAI");

    /// <summary>xAI.</summary>
    public static ProviderId Xai { get; } = new("xai");

    /// <summary>Every identifier that can be configured, in canonical spelling.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The canonical spelling, for example <c>openAI</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads an identifier in any letter case.</summary>
    /// <exception cref="FormatException">The name is not one of <see cref="All"/>; the message lists them.</exception>
    public static ProviderId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException($"Unknown provider '{text}'. Known providers: {string.Join(", ", Names)}.");

    /// <summary>Reads an identifier in any letter case; false when it is not one of <see cref="All"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProviderId id)
    {
        var name = Array.Find(Names, n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase));
        id = name is null ? default : new ProviderId(name);
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
