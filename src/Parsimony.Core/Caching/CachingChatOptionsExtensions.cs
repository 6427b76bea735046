using System.Text.Json;
using Parsimony;

namespace Microsoft.Extensions.AI;

/// <summary>What the options of a call say of prompt caching. It travels in the options' additional properties, so every decorator in between keeps it.</summary>
public static class CachingChatOptionsExtensions
{
    private const string ReuseKey = "parsimony.reuse";
    private const string CacheKey = "parsimony.cache";

    /// <summary>Says what is known of the prompt's future: worth more than any statistics; changes and returns these options.</summary>
    public static ChatOptions WithReuse(this ChatOptions options, ReuseHint hint)
    {
        (options.AdditionalProperties ??= [])[ReuseKey] = hint.ToString();
        return options;
    }

    /// <summary>The hint set before; null when there is none.</summary>
    /// <exception cref="FormatException">Something else than a hint is stored in its place.</exception>
    public static ReuseHint? GetReuse(this ChatOptions options)
    {
        if (options.AdditionalProperties is not { } properties || !properties.TryGetValue(ReuseKey, out var value) || value is null)
        {
            return null;
        }

        // Kept as text, so that options that went through JSON say the same.
        var text = value is JsonElement { ValueKind: JsonValueKind.String } element ? element.GetString() : value as string;
        return Enum.TryParse<ReuseHint>(text, ignoreCase: true, out var hint) && Enum.IsDefined(hint)
            ? hint
            : throw new FormatException($"'{ReuseKey}' holds '{value}', which is none of {string.Join(", ", Enum.GetNames<ReuseHint>())}. Set it with {nameof(WithReuse)}.");
    }

    /// <summary>Says what the provider's client is to ask of the prompt cache, in place of what would be planned; changes and returns these options.</summary>
    /// <remarks>Read by this library's own provider clients, for calls made now.</remarks>
    public static ChatOptions WithCacheControl(this ChatOptions options, CacheControl cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        (options.AdditionalProperties ??= [])[CacheKey] = cache;
        return options;
    }

    /// <summary>What was set before; null when nothing was.</summary>
    public static CacheControl? GetCacheControl(this ChatOptions options) =>
        options.AdditionalProperties is { } properties && properties.TryGetValue(CacheKey, out var value) ? value as CacheControl : null;
}
