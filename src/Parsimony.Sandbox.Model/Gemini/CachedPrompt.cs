using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Requests over an explicit cache: what the cache holds is put before what the request says, so that the answer is that of the whole.</summary>
internal static class CachedPrompt
{
    /// <summary>How many tokens of a body came out of a cache; no wire has this member.</summary>
    public const string HeldTokens = "heldTokens";

    // What https://ai.google.dev/api/caching lists as held; read 2026-11-22.
    private static readonly string[] Head = ["tools", "toolConfig", "systemInstruction"];

    /// <summary>Puts the head a body names before it; null when that is done or nothing is named.</summary>
    /// <param name="state">The world.</param>
    /// <param name="names">How the service names caches.</param>
    /// <param name="owner">Who asks; see <see cref="StoredCache.OwnerOf"/>.</param>
    /// <param name="at">When the cache must live.</param>
    /// <param name="body">The request, and then the whole.</param>
    public static Refusal? Complete(WorldState state, CacheNames names, string owner, DateTimeOffset at, ref JsonElement body)
    {
        if (body.Get("cachedContent") is not { } named)
            return null;
        if (named.ValueKind != JsonValueKind.String || named.GetString() is not { } name || names.IdOf(name) is not var (place, id))
            return names.Gone("");
        if (!state.CachesById.TryGetValue(id, out var cache)
            || cache.Provider != names.Provider || cache.Place != place || cache.Owner != owner || !cache.LivesAt(at) || cache.Content is not { } content)
            return names.Gone(id);

        var model = (body.Text("model") ?? "").Split('/')[^1];
        if (model != cache.Model)
            return Refusal.Invalid($"Model used by GenerateContent request (models/{model}) and CachedContent (models/{cache.Model}) has to be the same.");
        body = Join(JsonElement.Parse(new ContentReader(content).Slice(0, (int)content.Length)), cache.Tokens, body);
        return GeminiPrompt.CheckTurns(body);
    }

    private static JsonElement Join(JsonElement head, long tokens, JsonElement request) => JsonElement.Parse(JsonBytes.Of(writer =>
    {
        writer.WriteNumber(HeldTokens, tokens);
        foreach (var member in request.EnumerateObject())
        {
            if (member.Name is not ("cachedContent" or "contents"))
                member.WriteTo(writer);
        }

        foreach (var name in Head)
        {
            if (head.Get(name) is not { } value)
                continue;
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteStartArray("contents");
        foreach (var content in head.Each("contents").Concat(request.Each("contents")))
            content.WriteTo(writer);
        writer.WriteEndArray();
    }));
}
