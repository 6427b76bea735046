using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>The service's explicit caches: made, listed, prolonged, deleted, and billed (https://ai.google.dev/api/caching, read 2026-11-22).</summary>
/// <remarks>
/// Billed are the tokens once as live input, and their storage for the time granted: by the whole lifetime when a cache is made, and by the time its end
/// moves later when it is changed (https://ai.google.dev/gemini-api/docs/caching, read 2026-11-20; staff at
/// https://discuss.ai.google.dev/t/clarification-on-context-cache-storage-billing-ttl-vs-actual-time/81267, read 2026-11-22, say that a delete gives nothing
/// back, and that a shorter lifetime does). Here neither a delete nor an earlier end gives anything back, and time is charged at the price of the day it is
/// granted: UNVERIFIED. What is kept is not read back. Nobody says in which order the list is: oldest first here.
/// </remarks>
/// <param name="state">The world.</param>
/// <param name="names">How the service names them.</param>
internal sealed class CachedContents(WorldState state, CacheNames names)
{
    // The largest page is documented, the usual one is not.
    private const int UsualPage = 50;
    private const int LargestPage = 1_000;

    private static readonly string[] Held = ["systemInstruction", "tools", "toolConfig", "contents"];

    /// <summary>Answers a call of these addresses; the body is null where it is no JSON.</summary>
    /// <param name="call">The call.</param>
    /// <param name="place">The location it is made to; empty where the service has none.</param>
    /// <param name="id">Which cache, for a call about one.</param>
    /// <param name="body">What came with it.</param>
    public (SandboxResponse? Response, Refusal? Refusal) Handle(Call call, string place, string id, JsonElement? body)
    {
        if (call.Operation == Operation.CacheList)
            return List(call, place);
        if (call.Operation is Operation.CacheCreate or Operation.CacheUpdate && body is not { ValueKind: JsonValueKind.Object })
            return (null, Refusal.Invalid("Invalid JSON payload received."));
        if (call.Operation == Operation.CacheCreate)
            return Create(call, place, body.GetValueOrDefault());
        if (!state.CachesById.TryGetValue(id, out var cache) || cache.Provider != names.Provider || cache.Place != place || cache.Owner != OwnerOf(call) || !cache.LivesAt(call.Now))
            return (null, names.Gone(id));
        if (call.Operation == Operation.CacheUpdate)
            return Change(cache, call, body.GetValueOrDefault());
        if (call.Operation == Operation.CacheGet)
            return (Show(cache), null);
        cache.DeletedAt = call.Now;
        state.Note(cache);
        return (Exit.Json(200, JsonBytes.Of(static _ => { })), null);
    }

    public static string OwnerOf(Call call) => StoredCache.OwnerOf(call.Workspace, call.Scope);

    private (SandboxResponse? Response, Refusal? Refusal) Create(Call call, string place, JsonElement root)
    {
        if (CachedContentCheck.OfNew(root, names) is { } wrong)
            return (null, wrong);
        var now = AsShown(call.Now);
        var (end, late) = CachedContentCheck.EndOf(root, now, call.Skew);
        if (late is not null)
            return (null, late);
        var model = names.ModelOf(root.Text("model") ?? "") ?? "";
        var tokens = GeminiPrompt.Read(root).Blocks.Sum(block => (long)block.Tokens);
        if (CachedContentCheck.OfSize(model, tokens, names) is { } small)
            return (null, small);

        var content = Keep(root);
        var number = state.Caches.Count + 1;
        var cache = new StoredCache
        {
            Number = number,
            Id = string.Create(CultureInfo.InvariantCulture, $"{state.NewId("", "cache", number)}{state.Chance("cache", number, 3):x16}"),
            Provider = names.Provider,
            Place = place,
            Owner = OwnerOf(call),
            Model = model,
            DisplayName = root.Text("displayName") ?? "",
            Tokens = tokens,
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = AsShown(end),
            Skew = call.Skew,
            Content = content,
            ContentNumber = content.Number,
            ContentLength = content.Length,
        };
        state.Add(cache);
        var usage = new SandboxUsage { UncachedInput = tokens };
        Charge(cache, call, "live", usage, TimeSpan.Zero, SandboxPrices.Price(names.Provider, model, usage, batch: false, call.Now));
        ChargeStorage(cache, call, now);
        return (Show(cache), null);
    }

    private (SandboxResponse? Response, Refusal? Refusal) Change(StoredCache cache, Call call, JsonElement root)
    {
        if (CachedContentCheck.OfChange(root, call.Query("updateMask")) is { } wrong)
            return (null, wrong);
        var now = AsShown(call.Now);
        var (end, late) = CachedContentCheck.EndOf(root, now, call.Skew);
        if (late is not null)
            return (null, late);
        var before = cache.ExpiresAt;
        cache.ExpiresAt = AsShown(end);
        cache.UpdatedAt = now;
        ChargeStorage(cache, call, before);
        state.Note(cache);
        return (Show(cache), null);
    }

    private (SandboxResponse? Response, Refusal? Refusal) List(Call call, string place)
    {
        var size = int.TryParse(call.Query("pageSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? Math.Min(asked, LargestPage) : UsualPage;
        var after = 0;
        if (call.Query("pageToken") is { Length: > 0 } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return (null, Refusal.Invalid("* ListCachedContentsRequest.page_token: invalid page token"));
        var left = state.Caches.Where(cache => cache.Number > after && cache.Provider == names.Provider && cache.Place == place && cache.Owner == OwnerOf(call) && cache.LivesAt(call.Now)).Take(size + 1).ToList();

        // An empty list has no member at all.
        return (Exit.Json(200, JsonBytes.Of(writer =>
        {
            if (left.Count == 0)
                return;
            writer.WriteStartArray("cachedContents");
            foreach (var cache in left.Take(size))
            {
                writer.WriteStartObject();
                Write(writer, cache);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (left.Count > size)
                writer.WriteString("nextPageToken", left[size - 1].Number.ToString(CultureInfo.InvariantCulture));
        })), null);
    }

    private SandboxResponse Show(StoredCache cache) => Exit.Json(200, JsonBytes.Of(writer => Write(writer, cache)));

    private void Write(Utf8JsonWriter writer, StoredCache cache)
    {
        writer.WriteString("name", names.Cache(cache));
        writer.WriteString("model", names.Model(cache));
        writer.WriteString("createTime", GeminiWire.Time(cache.CreatedAt + cache.Skew));
        writer.WriteString("updateTime", GeminiWire.Time(cache.UpdatedAt + cache.Skew));
        writer.WriteString("expireTime", GeminiWire.Time(cache.ExpiresAt + cache.Skew));
        writer.WriteString("displayName", cache.DisplayName);
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("totalTokenCount", cache.Tokens);
        writer.WriteEndObject();
    }

    private Content Keep(JsonElement root)
    {
        using var writer = state.NewContent();
        writer.Write(JsonBytes.Of(head =>
        {
            foreach (var member in root.EnumerateObject())
            {
                if (Held.Contains(member.Name, StringComparer.Ordinal))
                    member.WriteTo(head);
            }
        }));
        return writer.Finish();
    }

    // What is granted is what the replies say: times go to the microsecond they show.
    private static DateTimeOffset AsShown(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    private void ChargeStorage(StoredCache cache, Call call, DateTimeOffset paidUntil)
    {
        var granted = cache.ExpiresAt - paidUntil;
        if (granted > TimeSpan.Zero)
            Charge(cache, call, BillLine.StorageKind, new SandboxUsage(), granted, SandboxPrices.Storage(names.Provider, cache.Model, cache.Tokens, granted, call.Now));
    }

    private void Charge(StoredCache cache, Call call, string kind, SandboxUsage usage, TimeSpan stored, Int128? price) => state.Enter(new BillLine
    {
        Number = state.Bill.Count + 1L,
        At = call.Now,
        Provider = names.Provider,
        Model = cache.Model,
        Kind = kind,
        Key = $"apikey_{call.Scope}",
        Endpoint = names.Path,
        Request = call.ClientId,
        ResponseId = names.Cache(cache),
        Usage = usage,
        StoredTokens = stored > TimeSpan.Zero ? cache.Tokens : 0,
        StoredFor = stored,
        AmountPico = (long)(price ?? 0),
        Unpriced = price is null,
    });
}
