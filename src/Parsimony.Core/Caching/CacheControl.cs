namespace Parsimony;

/// <summary>What a provider is asked to do about its prompt cache for one request. It changes what is paid, never what is answered, and is no part of a fingerprint.</summary>
public sealed record CacheControl
{
    /// <summary>Nothing is asked: the provider does what it does by itself.</summary>
    public static CacheControl None { get; } = new();

    /// <summary>Where writing is charged, nothing is to be written.</summary>
    public static CacheControl Declined { get; } = new() { IsDeclined = true };

    /// <summary>Where marks stand; empty for none.</summary>
    public IReadOnlyList<CacheMark> Marks { get; init; } = [];

    /// <summary>
    /// Whether what is not marked is not to be written either, where the provider would otherwise write, and charge for it, by itself (OpenAI from GPT-5.6 on). Providers
    /// that write only what is marked need not be told.
    /// </summary>
    public bool IsDeclined { get; init; }

    /// <summary>
    /// Sends requests of one key to the same machine, where the provider takes such a key; null for none. At most 64 letters, digits, dashes and underscores, and no
    /// content of the prompt.
    /// </summary>
    public string? RoutingKey { get; init; }

    /// <summary>The provider's name of an <see cref="ExplicitCache"/> that holds the request's head, which is then left out of the body; null for none.</summary>
    public string? ExplicitCache { get; init; }

    /// <summary>Whether nothing is asked.</summary>
    public bool IsNone => Marks.Count == 0 && !IsDeclined && RoutingKey is null && ExplicitCache is null;
}
