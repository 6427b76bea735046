using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What the service refuses when an explicit cache is made or changed.</summary>
/// <remarks>
/// Limits: https://ai.google.dev/api/caching, read 2026-11-22. The words for a small cache, a model that has none and a field set twice are
/// those users of the service show in their reports; the words of the others are UNVERIFIED.
/// </remarks>
internal static class CachedContentCheck
{
    /// <summary>How long a cache lives whose maker does not say: https://ai.google.dev/gemini-api/docs/caching, read 2026-11-20.</summary>
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // The longest duration of the protocol's own type: https://protobuf.dev/reference/protobuf/google.protobuf/#duration, read 2026-11-22.
    private const decimal MostSeconds = 315_576_000_000m;
    private const int MostNameCharacters = 128;

    // An id of the client's own choice is taken and not heeded, UNVERIFIED.
    private static readonly string[] Members = ["name", "model", "displayName", "contents", "systemInstruction", "tools", "toolConfig", "ttl", "expireTime"];

    /// <summary>Null when the body can be made a cache of, but for its size and its end.</summary>
    public static Refusal? OfNew(JsonElement root, CacheNames names)
    {
        if (Unknown(root, Members) is { } member)
            return Refusal.Invalid($"Invalid JSON payload received. Unknown name \"{member}\" at 'cached_content': Cannot find field.");
        if (root.Text("model") is not { Length: > 0 } model)
            return Refusal.Invalid("* CreateCachedContentRequest.cached_content.model: model is required");
        if (names.ModelOf(model) is not { } name)
            return names.Malformed;
        if (root.Get("displayName") is not null && (root.Text("displayName") is not { } title || title.EnumerateRunes().Count() > MostNameCharacters))
            return Refusal.Invalid($"* CreateCachedContentRequest.cached_content.display_name: must be at most {MostNameCharacters} characters long");
        return names.Offers(name) ? GeminiPrompt.CheckTurns(root) : NoSuchModel(model);
    }

    /// <summary>Null when there is enough to keep.</summary>
    public static Refusal? OfSize(string model, long tokens, CacheNames names) =>
        names.SmallestOf(model) is var least && tokens < least
            ? Refusal.Invalid(string.Create(CultureInfo.InvariantCulture, $"Cached content is too small. total_token_count={tokens}, min_total_token_count={least}"))
            : null;

    /// <summary>Null when a body and its mask change the end of a cache and nothing else; nothing else can be.</summary>
    public static Refusal? OfChange(JsonElement root, string? mask)
    {
        if (root.Get("name") is not null)
            return Refusal.Invalid("Invalid value at 'cached_content' (oneof), oneof field '_name' is already set. Cannot set 'name'");
        if (Unknown(root, Members) is { } name)
            return Refusal.Invalid($"Invalid JSON payload received. Unknown name \"{name}\" at 'cached_content': Cannot find field.");
        var masked = mask?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (Array.Exists(masked, path => path is not ("ttl" or "expireTime")) || Unknown(root, ["ttl", "expireTime"]) is not null)
            return Refusal.Invalid("Only the expiration of a CachedContent can be updated: ttl or expire_time.");
        return (root.Get("ttl") ?? root.Get("expireTime")) is null || Array.Exists(masked, path => root.Get(path) is null)
            ? Refusal.Invalid("* UpdateCachedContentRequest.cached_content: ttl or expire_time must be set")
            : null;
    }

    /// <summary>When a cache is to end, by a body's <c>ttl</c> or <c>expireTime</c>.</summary>
    /// <param name="root">The body.</param>
    /// <param name="now">Sandbox time.</param>
    /// <param name="skew">How far the provider's own clock, by which <c>expireTime</c> goes, runs ahead of it.</param>
    public static (DateTimeOffset End, Refusal? Refusal) EndOf(JsonElement root, DateTimeOffset now, TimeSpan skew)
    {
        if (root.Get("ttl") is not null && root.Get("expireTime") is not null)
            return (now, Refusal.Invalid("Invalid value at 'cached_content' (oneof), oneof field 'expiration' is already set. Cannot set 'expireTime'"));
        if (root.Get("ttl") is { } given)
        {
            if (root.Text("ttl") is not { } text || Duration(text) is not { } ttl)
                return (now, Refusal.Invalid($"Invalid value at 'cached_content.ttl' (type.googleapis.com/google.protobuf.Duration), {given.GetRawText()}"));
            return ttl <= TimeSpan.Zero || ttl > DateTimeOffset.MaxValue - now - skew
                ? (now, Refusal.Invalid("* CachedContent.ttl: must be positive and end before the year 10000"))
                : (now + ttl, null);
        }

        if (root.Get("expireTime") is not { } end)
            return (now + Hour, null);
        if (root.Text("expireTime") is not { } stamp || !stamp.Contains('T', StringComparison.Ordinal)
            || !DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return (now, Refusal.Invalid($"Invalid value at 'cached_content.expire_time' (type.googleapis.com/google.protobuf.Timestamp), {end.GetRawText()}"));
        return at - skew <= now ? (now, Refusal.Invalid("* CachedContent.expire_time: must be in the future")) : (at - skew, null);
    }

    // The service's words for both, a model it does not know and one that has no explicit caches.
    private static Refusal NoSuchModel(string model) => new(
        404, "not_found_error",
        $"{model} is not found for API version v1beta, or is not supported for createCachedContent. Call ListModels to see the list of available models and their supported methods.");

    private static TimeSpan? Duration(string text) =>
        text.EndsWith('s') && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) <= MostSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;

    private static string? Unknown(JsonElement owner, string[] known)
    {
        foreach (var member in owner.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
                return member.Name;
        }

        return null;
    }
}
