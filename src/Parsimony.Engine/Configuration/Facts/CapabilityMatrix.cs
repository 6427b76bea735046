using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Engine;

/// <summary>What each provider can do, from the dated facts that come with the library (<c>data/providers.json</c>). Thread safe.</summary>
public static class CapabilityMatrix
{
    private static readonly Lazy<Content> FromLibrary = new(Read);

    /// <summary>What a provider or embedding profile can do, by its identifier in any letter case; <see cref="ProviderCapabilities.None"/> for an unknown one.</summary>
    public static ProviderCapabilities Of(string? provider) => FactsOf(provider)?.Capabilities ?? ProviderCapabilities.None;

    /// <summary>What is known of a provider or embedding profile, by its identifier in any letter case; null for an unknown one.</summary>
    public static ProviderFacts? FactsOf(string? provider) =>
        provider is null
            ? null
            : FromLibrary.Value.Facts.GetValueOrDefault(provider) ?? FromLibrary.Value.Facts.GetValueOrDefault(ProfileOf(provider) ?? "");

    internal static ProviderFacts FactsOf(ProviderId provider, string? profile) => FromLibrary.Value.Facts[profile ?? provider.Value];

    /// <summary>The identifier of an embedding profile, whatever its spelling (<c>Sentence Transformers</c>, <c>sentence_transformers</c>); null for an unknown one.</summary>
    internal static string? ProfileOf(string name)
    {
        var letters = string.Concat(name.Where(char.IsAsciiLetterOrDigit));
        return FromLibrary.Value.Profiles.GetValueOrDefault(letters);
    }

    internal static IEnumerable<string> Profiles => FromLibrary.Value.Profiles.Values.Distinct(StringComparer.Ordinal);

    internal static AgedValue? Aged(ProviderId provider, string key, string value) =>
        FromLibrary.Value.Aged.FirstOrDefault(a => a.Provider == provider && a.Key == key && a.IsMet(value));

    private static Content Read()
    {
        using var stream = typeof(CapabilityMatrix).Assembly.GetManifestResourceStream("providers.json")
            ?? throw new InvalidOperationException("providers.json is not embedded in this build.");
        using var document = JsonDocument.Parse(stream);
        var facts = new Dictionary<string, ProviderFacts>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in document.RootElement.GetProperty("providers").EnumerateArray())
        {
            facts.Add(ProviderId.Parse(Text(row, "provider") ?? "").Value, ReadProvider(row));
        }

        var profiles = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in document.RootElement.GetProperty("profiles").EnumerateArray())
        {
            var name = Text(row, "profile") ?? "";
            facts.Add(name, ReadProfile(row));
            foreach (var spelling in Texts(row, "also").Prepend(name))
            {
                profiles.Add(string.Concat(spelling.Where(char.IsAsciiLetterOrDigit)), name);
            }
        }

        var aged = document.RootElement.GetProperty("aged").EnumerateArray().Select(row => new AgedValue(
            ProviderId.Parse(Text(row, "provider") ?? ""),
            Text(row, "key") ?? "",
            Text(row, "begins"),
            Text(row, "contains"),
            Text(row, "now") ?? "",
            Text(row, "checked_on") ?? ""));
        return new Content(facts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), profiles.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), [.. aged]);
    }

    private static ProviderFacts ReadProvider(JsonElement row) => new()
    {
        Capabilities = new ProviderCapabilities
        {
            SupportsBatching = row.GetProperty("batching").GetBoolean(),
            SupportsCaching = Text(row, "caching") is not "none",
            CacheStrategy = Text(row, "caching") ?? "none",
            Kinds = [.. Texts(row, "kinds").Select(k => Enum.Parse<EndpointKind>(k, ignoreCase: true))],
        },
        CacheStrategies = [.. Texts(row, "cache_strategies").Select(s => Enum.Parse<CacheStrategy>(s, ignoreCase: true))],
        ExplicitCacheModels = row.TryGetProperty("explicit_cache_models", out _) ? Texts(row, "explicit_cache_models") : null,
        NoExplicitCacheModels = Texts(row, "no_explicit_cache_models"),
        Stacks = row.GetProperty("stacks").GetBoolean(),
        MaxBatchRequests = Count(row, "max_batch_requests"),
        CacheLifetimes = row.TryGetProperty("cache_lifetimes_seconds", out var lifetimes)
            ? [.. lifetimes.EnumerateArray().Select(s => TimeSpan.FromSeconds(s.GetInt32()))] : [],
        AnyCacheLifetime = Flag(row, "cache_lifetime_free") ?? false,
        MaxCacheBreakpoints = Count(row, "max_cache_breakpoints"),
        Regions = Texts(row, "regions"),
        KeyVariables = Texts(row, "key_variables"),
        NeedsKey = row.GetProperty("key_needed").GetBoolean(),
        KeylessPackage = Text(row, "keyless_package"),
        EndpointVariable = Text(row, "endpoint_variable"),
        EndpointExample = Text(row, "endpoint_example"),
        Place = row.TryGetProperty("place", out var place) ? [.. place.EnumerateArray().Select(ReadNeed)] : [],
        Windows = row.TryGetProperty("window_hours", out var window) ? (TimeSpan.FromHours(window[0].GetInt32()), TimeSpan.FromHours(window[1].GetInt32())) : null,
        Note = Text(row, "note"),
        Unverified = Texts(row, "unverified"),
        Sources = Texts(row, "sources"),
        CheckedOn = Day(row),
        Facts = ProviderFactReader.Read(row),
    };

    private static PlaceNeed ReadNeed(JsonElement row) =>
        new(Text(row, "key") ?? "", Text(row, "example") ?? "", Text(row, "begins"), Text(row, "for") == "batches", Flag(row, "elsewhere") ?? false);

    private static ProviderFacts ReadProfile(JsonElement row) => new()
    {
        Capabilities = new ProviderCapabilities { SupportsBatching = Flag(row, "batching") ?? true, Kinds = [EndpointKind.Embeddings] },
        KeyVariables = Texts(row, "key_variables"),
        NeedsKey = row.GetProperty("key_needed").GetBoolean(),
        Endpoint = Text(row, "endpoint") is { } endpoint ? new Uri(endpoint) : null,
        EndpointExample = Text(row, "endpoint") is null ? "http://localhost:8080/v1" : null,
        Note = Text(row, "note"),
        Unverified = Texts(row, "unverified"),
        Sources = [Text(row, "source") ?? ""],
        CheckedOn = Day(row),
        Facts = ProviderFactReader.Read(row),
    };

    private static DateOnly Day(JsonElement row) => DateOnly.ParseExact(Text(row, "checked_on") ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static int? Count(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetInt32() : null;

    private static bool? Flag(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetBoolean() : null;

    private static List<string> Texts(JsonElement row, string member) =>
        row.TryGetProperty(member, out var list) ? [.. list.EnumerateArray().Select(i => i.GetString() ?? "")] : [];

    private sealed record Content(FrozenDictionary<string, ProviderFacts> Facts, FrozenDictionary<string, string> Profiles, IReadOnlyList<AgedValue> Aged);
}
