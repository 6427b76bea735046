using System.Globalization;
using System.Text.Json;

namespace Parsimony;

/// <summary>Reads contexts as <see cref="DecisionContextWriter"/> writes them.</summary>
internal static class DecisionContextReader
{
    public static DecisionContext Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var version = root.GetProperty("version").GetInt32();
            return version == DecisionContext.Version
                ? Read(root)
                : throw new FormatException($"The context was written by another version's planner ({version}; this version's is {DecisionContext.Version}), and cannot be planned again by this one.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new FormatException($"This is no context of a decision: {exception.Message}", exception);
        }
    }

    private static DecisionContext Read(JsonElement root)
    {
        var model = new ModelId(ProviderId.Parse(Text(root, "provider")), Text(root, "model"));
        var request = new PlanRequest
        {
            Envelope = new Envelope { Kind = Word<EndpointKind>(root, "kind"), Dialect = Dialect.Canonical, Model = model, Bytes = ReadOnlyMemory<byte>.Empty },
            IsBulk = root.GetProperty("bulk").GetBoolean(),
            BatchAccepts = root.GetProperty("batch_takes_it").GetBoolean(),
            Constraints = DataConstraints.Parse(TextOrNull(root, "constraints") ?? ""),
        };
        var prices = Find(root, "prices") is { } priced ? Prices(model, priced) : null;
        var context = new PlanContext
        {
            Now = default,
            BatchingEnabled = root.GetProperty("batching").GetBoolean(),
            ShutBecause = TextOrNull(root, "shut"),
            BatchTimeout = SpanOrNull(root, "batch_timeout"),
            FlexTime = SpanOrNull(root, "flex_time"),
            Preference = Find(root, "preference") is { } preference ? new RoutePreference(Word<Route>(preference, "route"), Text(preference, "setting")) : null,
            Completion = Assumed(root.GetProperty("assumed")),
            Batch = Find(root, "batch_limits") is { } limits ? Limits(limits) : null,
            Forecast = Find(root, "forecast") is { } forecast ? Forecast(forecast) : null,
            Prices = PriceList.Of(prices),
        };
        return new DecisionContext(request, context, prices);
    }

    private static CompletionPrior Assumed(JsonElement prior) => new(Text(prior, "name"), Span(prior, "typical"), Span(prior, "live_call"), Span(prior, "fill"));

    private static BatchLimits Limits(JsonElement limits) => new()
    {
        MaxRequests = limits.GetProperty("requests").GetInt32(),
        MaxBytes = limits.GetProperty("bytes").GetInt64(),
        MaxQueuedRequests = Find(limits, "queued_requests")?.GetInt64(),
        MaxQueuedTokens = Find(limits, "queued_tokens")?.GetInt64(),
        OneModelPerBatch = limits.GetProperty("one_model").GetBoolean(),
        Window = Span(limits, "window"),
        ResultRetention = Span(limits, "result_retention"),
        KeepsFinishedOnExpiry = limits.GetProperty("keeps_finished").GetBoolean(),
        OrphanSearch = Word<OrphanSearch>(limits, "orphan_search"),
        CancelTime = Span(limits, "cancel_time"),
        PollInterval = Span(limits, "poll_interval"),
    };

    private static RouteForecast Forecast(JsonElement forecast) => new()
    {
        Completion = CompletionForecast.FromTable(
            Text(forecast, "name"), [.. forecast.GetProperty("running").EnumerateArray().Select(share => share.GetSingle())],
            forecast.GetProperty("seen").GetDouble(), forecast.GetProperty("evidence").GetDouble()),
        Cancel = Bound(forecast.GetProperty("cancel")),
        Live = Bound(forecast.GetProperty("live")),
    };

    private static TimeBound Bound(JsonElement bound) => new() { Value = Span(bound, "value"), Seen = bound.GetProperty("seen").GetInt32() };

    private static PriceRow Prices(ModelId model, JsonElement prices) => new()
    {
        Model = model,
        Source = Text(prices, "source"),
        CheckedOn = "",
        Live = Find(prices, "live") is { } live ? Tier(live) : null,
        Batch = Find(prices, "batch") is { } batch ? Tier(batch) : null,
        Flex = Find(prices, "flex") is { } flex ? Tier(flex) : null,
    };

    private static PriceTierRates Tier(JsonElement tier) => new(
        new PriceRates { Input = Money(tier, "input"), Output = Money(tier, "output") },
        Find(tier, "above") is null ? null : new PriceRates { Input = Money(tier, "long_input"), Output = Money(tier, "long_output") },
        Find(tier, "above")?.GetInt64() ?? 0);

    private static JsonElement? Find(JsonElement from, string name) => from.TryGetProperty(name, out var found) ? found : null;

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString() ?? throw new FormatException($"{name} is no text.");

    private static string? TextOrNull(JsonElement from, string name) => Find(from, name)?.GetString();

    private static decimal? Money(JsonElement from, string name) => Find(from, name)?.GetDecimal();

    private static TimeSpan Span(JsonElement from, string name) => TimeSpan.ParseExact(Text(from, name), "c", CultureInfo.InvariantCulture);

    private static TimeSpan? SpanOrNull(JsonElement from, string name) => Find(from, name) is null ? null : Span(from, name);

    private static T Word<T>(JsonElement from, string name)
        where T : struct, Enum => Enum.Parse<T>(Text(from, name));
}
