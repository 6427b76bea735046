using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>Requests as the engine plans them, with what was decided on; each number is a place in a run where everything that can differ does.</summary>
internal static class GivenDecision
{
    private static readonly RouteForecast Forecast = RouteForecast.Before(TimeSpan.FromMinutes(10), CompletionPrior.Fixed);

    private static readonly BatchLimits Limits = new UncalledProvider(ProviderId.OpenAI).Limits;

    private static readonly CacheOutlook Warm = new(600, 0.9, 0.25, 0.1, 1.25) { BatchReadMultiplier = 0.125 };

    /// <summary>The same number is the same request.</summary>
    internal static NewRequest Request(int number, DateTimeOffset now, string scope = "run")
    {
        var model = number % 3 == 0 ? "openAI/gpt-5-mini" : "openAI/nobody-knows";
        var request = Given.Request($"text {number}", scope, model);
        var (asked, context) = Ask(number, now, request.Profile.Model);
        var plan = Planner.Plan(asked, context);
        return request with
        {
            Route = plan.Route,
            Reason = plan.Reason,
            Deadline = asked.Deadline,
            EscalateAt = plan.EscalateAt,
            Lane = plan.Route == Route.Batch ? Given.Lane : null,
            Decision = new PlannedDecision(DecisionContext.Of(asked, context), DecisionInput.Of(asked, context), plan.ExpectedUsd),
        };
    }

    private static (PlanRequest, PlanContext) Ask(int number, DateTimeOffset now, ModelId model)
    {
        var asked = new PlanRequest
        {
            Envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = model, Bytes = "{}"u8.ToArray() },
            Deadline = (number % 5) switch { 0 => null, 1 => now.AddMinutes(1), 2 => now.AddHours(number % 40).AddTicks(number), _ => now.AddHours(9) },
            IsBulk = number % 11 != 0,
            BatchAccepts = true,
            Tokens = number % 13 == 0 ? null : new TokenEstimate(100 + ((number / 2) * 37), 9_999, number % 7 == 0 ? null : 400, 1 + (number % 2)),
            ExpectedOutput = number % 17 == 0 ? 77 : null,
        };
        var context = new PlanContext
        {
            Now = now,
            Batch = Limits,
            BatchingEnabled = true,
            Forecast = Forecast,
            Cache = (number / 10) % 4 == 0 ? Warm with { PrefixTokens = 100 * (number % 3), WarmFor = number % 2 == 0 ? TimeSpan.FromMinutes(number % 60) : null } : null,
            Preference = number % 19 == 0 ? new RoutePreference(Route.Live, "optimizationStrategy=cache_only") : null,
            Prices = PriceList.Default,
        };
        return (asked, context);
    }
}
