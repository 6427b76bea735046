using System.Diagnostics.CodeAnalysis;

namespace Parsimony;

/// <summary>A model at a provider, written <c>provider/model</c>, for example <c>anthropic/claude-haiku-4-5-20251001</c>.</summary>
/// <param name="Provider">Who serves the model.</param>
/// <param name="Name">The provider's own name for it, as sent on the wire.</param>
public readonly record struct ModelId(ProviderId Provider, string Name)
{
    /// <summary>Reads <c>provider/model</c>; the model part may itself contain slashes.</summary>
    /// <exception cref="FormatException">No slash, an empty model, or an unknown provider; the message says which.</exception>
    public static ModelId Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
        {
            throw new FormatException($"'{text}' is not a model. Write provider/model, for example openAI/gpt-5-mini.");
        }

        return new ModelId(ProviderId.Parse(text[..slash]), text[(slash + 1)..]);
    }

    /// <summary>Like <see cref="Parse"/>, answering false instead of throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelId model)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is not null && slash > 0 && slash < text.Length - 1 && ProviderId.TryParse(text[..slash], out var provider))
        {
            model = new ModelId(provider, text[(slash + 1)..]);
            return true;
        }

        model = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Provider.Value}/{Name}";
}
