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

    /// <summary>OpenAI's own API.</summary>
    public static ProviderId OpenAI { get; } = new("openAI");

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
