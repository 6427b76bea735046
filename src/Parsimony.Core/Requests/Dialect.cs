namespace Parsimony;

/// <summary>In whose words the bytes of an <see cref="Envelope"/> are written.</summary>
public enum Dialect
{
    /// <summary>Parsimony's own canonical JSON, rendered for the provider when it is sent.</summary>
    Canonical,

    /// <summary>An OpenAI request body, kept verbatim.</summary>
    OpenAI,

    /// <summary>An Anthropic request body, kept verbatim.</summary>
    Anthropic,
}
