namespace Parsimony.Core.Tests;

/// <summary>What holds of every plan, over many drawn requests and contexts.</summary>
public sealed class PlannerPropertyTests
{
    private const int Cases = 4_000;

    [Fact]
    public void A_later_deadline_is_never_costlier()
    {
        ForAll((random, drawn) =>
        {
            var later = drawn.With(drawn.DeadlineHours + (random.NextDouble() * 20) ?? 0);
            return drawn.Context.Preference is not null || drawn.Plan().ExpectedUsd is not { } near || later.Plan().ExpectedUsd <= near;
        });
    }

    [Fact]
    public void A_later_deadline_never_turns_a_batch_into_a_live_call()
    {
        ForAll((random, drawn) =>
        {
            var later = drawn.With(drawn.DeadlineHours + (random.NextDouble() * 20) ?? 0);
            return drawn.Plan().Route == Route.Live || later.Plan().Route == Route.Batch;
        });
    }

    [Fact]
    public void Nothing_is_expected_to_cost_more_than_the_plain_call_unless_it_was_asked_for()
    {
        ForAll((_, drawn) => drawn.Context.Preference is not null || drawn.Plan().ExpectedUsd is not { } expected || expected <= Plain(drawn));
    }

    /// <summary>The worst there is: the batch is not done, and what it did is billed where the provider may do that.</summary>
    [Fact]
    public void At_worst_a_plan_costs_the_plain_call_and_the_cancelled_batch_where_that_may_be_billed()
    {
        ForAll((_, drawn) =>
        {
            var plan = drawn.Plan();
            var never = drawn.Believing(CompletionForecast.FromLogNormal("never", TimeSpan.FromMinutes(1), 0.1, 0.9999)).Preferring(new RoutePreference(Route.Batch, "x")).Plan();
            return drawn.Context.Preference is not null || plan.Route == Route.Live || never.Route == Route.Live || never.ExpectedUsd is not { } worst
                || worst <= Plain(drawn) * (drawn.Context.Batch?.KeepsFinishedOnExpiry == false ? 2.2m : 1.0001m);
        });
    }

    [Fact]
    public void The_deadline_is_held_but_for_the_stated_risk()
    {
        ForAll((_, drawn) =>
        {
            var plan = drawn.Plan();
            var free = drawn.Context.Forecast?.Buffer ?? drawn.Context.Completion.LiveCall + PlannedCase.Limits.CancelTime;
            return plan.Route == Route.Live || (plan.EscalateAt > PlannedCase.Now && plan.EscalateAt + free <= drawn.Request.Deadline);
        });
    }

    [Fact]
    public void A_preference_is_obeyed_or_could_not_be_and_its_regret_is_the_difference()
    {
        ForAll((_, drawn) =>
        {
            var (plan, free) = (drawn.Plan(), drawn.Preferring(null).Plan());
            return drawn.Context.Preference is not { } asked
                || (plan.Route == asked.Route || plan == free) && plan.RegretUsd == (plan.Route == free.Route ? 0 : plan.ExpectedUsd - free.ExpectedUsd);
        });
    }

    [Fact]
    public void Whatever_changed_the_route_is_named_in_the_reason()
    {
        var decided = new Dictionary<string, int>(StringComparer.Ordinal);
        ForAll((_, drawn) =>
        {
            var plan = drawn.Plan();
            foreach (var (words, without) in Changes(drawn))
            {
                if (without.Plan().Route != plan.Route)
                {
                    decided[words] = decided.GetValueOrDefault(words) + 1;
                    if (!words.Split('|').Any(word => plan.Reason.Contains(word, StringComparison.Ordinal)))
                    {
                        throw new InvalidOperationException($"'{words}' is missing in: {plan.Reason}");
                    }
                }
            }

            return true;
        });

        Assert.True(decided.Count >= 9 && decided.Values.All(count => count > 5), string.Join(", ", decided));
    }

    [Fact]
    public void The_same_request_and_context_give_the_same_plan()
    {
        ForAll((_, drawn) => drawn.Plan() == (drawn with { Context = drawn.Context with { } }).Plan());
    }

    private static IEnumerable<(string Words, PlannedCase Without)> Changes(PlannedCase drawn)
    {
        yield return ("of room", drawn.With((drawn.DeadlineHours * 3) ?? 0));
        yield return ("of room", drawn.With((drawn.DeadlineHours / 3) ?? 0));
        yield return ("constraint no_batch|constraint no_store", drawn with { Constraints = DataConstraints.None });
        yield return ("batching is not enabled", drawn with { Context = drawn.Context with { BatchingEnabled = true } });
        yield return ("has no batch API|may be billed", drawn with { Context = drawn.Context with { Batch = PlannedCase.Limits } });
        yield return ("does not take", drawn with { Accepts = true });
        yield return ("draining", drawn with { Context = drawn.Context with { ShutBecause = null } });
        if (drawn.Context.Forecast is { } forecast)
        {
            yield return ("seen)|(prior)", drawn.Believing(null));
            yield return ("less ", drawn with { Context = drawn.Context with { Forecast = forecast with { Cancel = forecast.Cancel with { Value = TimeSpan.Zero } } } });
        }

        if (drawn.Context.Cache is not null)
        {
            yield return ("cache hits", drawn.Cached(null));
        }

        if (drawn.Context.Preference is { } preference)
        {
            yield return (preference.Setting, drawn.Preferring(null));
        }

        if (drawn.Tokens is not null)
        {
            yield return ("of live", drawn with { Tokens = null });
            yield return ("of live", drawn.Priced(PlannedCase.Prices(0.2m)));
        }
    }

    private static decimal? Plain(PlannedCase drawn) => Planner.Plan(drawn.Request with { Constraints = DataConstraints.Parse("no_batch") }, drawn.Context with { Cache = null }).ExpectedUsd;

    private static void ForAll(Func<Random, PlannedCase, bool> holds)
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var drawn = Draw(random);
            Assert.True(holds(random, drawn), $"seed {seed}: {drawn.Plan()}");
        }
    }

    internal static PlannedCase Draw(Random random)
    {
        bool Once(int times) => random.Next(times) == 0;
        var forecast = CompletionForecast.Prior.Learn(
            "openAI/m", CompletionForecastTests.Drawn(random.Next(2) * random.Next(200), 5 * Math.Exp(random.NextDouble() * 5), 0.3 + random.NextDouble(), 0.05 * random.NextDouble(), random.Next()));
        var context = PlannedCase.Plain.Context with
        {
            Batch = Once(20) ? null : PlannedCase.Limits with { KeepsFinishedOnExpiry = !Once(4) },
            BatchingEnabled = !Once(20),
            ShutBecause = Once(20) ? "openAI is draining" : null,
            Prices = PlannedCase.Prices((decimal)(0.3 + (random.NextDouble() * 0.9))),
            Forecast = Once(6) ? null : new RouteForecast
            {
                Completion = forecast,
                Cancel = new TimeBound { Value = TimeSpan.FromMinutes(random.Next(1, 60)), Seen = 5 },
                Live = new TimeBound { Value = TimeSpan.FromSeconds(random.Next(5, 600)), Seen = 5 },
            },
            Cache = Once(2) ? null : new CacheOutlook(random.Next(10_000), random.NextDouble(), random.NextDouble(), random.NextDouble() / 4, 1 + random.NextDouble(), Once(2)) { WarmFor = Once(3) ? TimeSpan.FromMinutes(random.Next(60)) : null },
            Preference = Once(4) ? new RoutePreference(Once(2) ? Route.Live : Route.Batch, "optimizationPreference=x") : null,
        };
        return new PlannedCase(context)
        {
            DeadlineHours = Math.Exp((random.NextDouble() * 6) - 2.5),
            Constraints = Once(20) ? DataConstraints.Parse("no_batch") : DataConstraints.None,
            Accepts = !Once(20),
            Tokens = Once(8) ? null : new TokenEstimate(10_000, 12_000, 500, 1),
        };
    }
}
