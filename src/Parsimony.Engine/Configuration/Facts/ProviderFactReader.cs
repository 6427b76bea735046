using System.Globalization;
using System.Text.Json;

namespace Parsimony.Engine;

/// <summary>Reads a provider's facts: those with a member of the row of their own, and the others from <c>facts</c>; source and day are the row's where a fact has none.</summary>
internal static class ProviderFactReader
{
    // In the order they are shown. A member is where the row itself keeps the value, for configuration to read.
    private static readonly (string Name, string? Member, string? Unit)[] Known =
    [
        ("batch", "batching", null),
        ("kinds", "kinds", null),
        ("caching", "caching", null),
        ("cache_lifetime", null, null),
        ("cache_marks", "max_cache_breakpoints", "marks"),
        ("stacking", "stacks", null),
        ("max_requests", "max_batch_requests", "requests"),
        ("max_bytes", null, "bytes"),
        ("queue", null, null),
        ("min_requests", null, "requests"),
        ("concurrent_jobs", null, "jobs"),
        ("window", null, "hours"),
        ("worst_completion", null, "hours"),
        ("on_expiry", null, null),
        ("retention", null, "days"),
        ("discount", null, "percent"),
        ("orphan_search", null, null),
    ];

    /// <summary>Every known fact, said or not, and last what is unverified besides.</summary>
    public static IReadOnlyList<ProviderFact> Read(JsonElement row)
    {
        var page = new ProviderFact { Name = "", Sources = Sources(row), CheckedOn = Day(row) ?? default };
        var unverified = Texts(row, "unverified").ToHashSet(StringComparer.Ordinal);
        var facts = new List<ProviderFact>();
        foreach (var (name, member, unit) in Known)
        {
            var entry = row.TryGetProperty("facts", out var all) && all.TryGetProperty(name, out var found) ? found : default;
            var isDoubted = member is not null && unverified.Remove(member);
            facts.Add(Read(entry, page with { Name = name, Unit = unit, IsVerified = !isDoubted, Word = OfMember(name, row), Number = NumberOf(row, member) }));
        }

        return [.. facts, .. unverified.Order(StringComparer.Ordinal).Select(name => page with { Name = name, IsVerified = false })];
    }

    private static ProviderFact Read(JsonElement entry, ProviderFact fact)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return fact;
        }

        if (entry.TryGetProperty("value", out var value))
        {
            fact = value.ValueKind == JsonValueKind.Number ? fact with { Number = value.GetDecimal() } : fact with { Word = value.GetString() };
        }

        return fact with
        {
            Says = entry.TryGetProperty("says", out var says) ? says.GetString() : null,
            IsVerified = fact.IsVerified && !(entry.TryGetProperty("unverified", out var doubt) && doubt.GetBoolean()),
            Sources = entry.TryGetProperty("source", out _) ? Sources(entry) : fact.Sources,
            CheckedOn = Day(entry) ?? fact.CheckedOn,
        };
    }

    private static string? OfMember(string name, JsonElement row) => name switch
    {
        "batch" => Word(row, "batching"),
        "stacking" => Word(row, "stacks"),
        "caching" => Texts(row, "cache_strategies") is { Count: > 0 } strategies ? string.Join(" or ", strategies) : row.TryGetProperty("caching", out var one) ? one.GetString() : null,
        "kinds" => Texts(row, "kinds") is { Count: > 0 } kinds ? string.Join(", ", kinds) : null,
        "cache_lifetime" => Lifetimes(row),
        _ => null,
    };

    private static string? Lifetimes(JsonElement row) =>
        row.TryGetProperty("cache_lifetime_free", out var free) && free.GetBoolean() ? "any"
        : row.TryGetProperty("cache_lifetimes_seconds", out var lifetimes) ? string.Join(" or ", lifetimes.EnumerateArray().Select(seconds => Span(seconds.GetInt32())))
        : null;

    private static string Span(int seconds) => seconds % 3600 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min");

    private static string? Word(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetBoolean() ? "yes" : "no" : null;

    private static decimal? NumberOf(JsonElement row, string? member) =>
        member is not null && row.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    private static DateOnly? Day(JsonElement row) =>
        row.TryGetProperty("checked_on", out var day) && day.GetString() is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static IReadOnlyList<string> Sources(JsonElement row) =>
        row.TryGetProperty("source", out var source) && source.GetString() is { } text ? text.Split(" ; ") : Texts(row, "sources");

    private static List<string> Texts(JsonElement row, string member) =>
        row.TryGetProperty(member, out var list) ? [.. list.EnumerateArray().Select(text => text.GetString() ?? "")] : [];
}
