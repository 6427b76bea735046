using System.Globalization;
using System.Text;

namespace Parsimony.Core.Tests;

/// <summary>What was decided can be decided again from the text of its context.</summary>
public sealed class DecisionContextTests
{
    private const int Cases = 6_000;

    private static readonly ModelId[] Models =
    [
        new(ProviderId.OpenAI, "m"),
        new(ProviderId.OpenAI, "nobody-knows/its price"),
        .. ModelCatalogue.Default.All.Select(model => model.Id),
        new(ProviderId.Anthropic, "claude-haiku-4-5-20251001"),
    ];

    [Fact]
    public void A_plan_is_made_again_from_the_text_of_its_context()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (request, context) = Draw(new Random(seed));
            var planned = Planner.Plan(request, context);
            var text = DecisionContext.Of(request, context).Text;

            var (requestAgain, contextAgain) = DecisionContext.Parse(text).With(DecisionInput.Of(request, context));

            var again = Planner.Plan(requestAgain, contextAgain);
            Assert.True(planned == again, $"seed {seed}: {planned} became {again} by {text}");
        }
    }

    [Fact]
    public void A_text_that_is_read_and_written_is_the_same_text()
    {
        for (var seed = 0; seed < Cases / 10; seed++)
        {
            var (request, context) = Draw(new Random(seed));
            var own = DecisionContext.Of(request, context);

            var read = DecisionContext.Parse(own.Text);

            Assert.Equal(own.Text, read.Text);
            Assert.Equal((own.Key, own.GetHashCode()), (read.Key, read.GetHashCode()));
            Assert.Equal(own, read);
        }
    }

    [Fact]
    public void Whatever_a_plan_depends_on_makes_another_context_or_another_input()
    {
        var changed = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var (one, other) = (Draw(random), Draw(random));
            if (Planner.Plan(one.Request, one.Context) != Planner.Plan(other.Request, other.Context))
            {
                changed++;
                Assert.False(DecisionContext.Of(one.Request, one.Context).Equals(DecisionContext.Of(other.Request, other.Context))
                    && DecisionInput.Of(one.Request, one.Context) == DecisionInput.Of(other.Request, other.Context));
            }
        }

        Assert.True(changed > Cases / 2);
    }

    [Fact]
    public void What_is_a_requests_own_makes_no_new_context()
    {
        var drawn = PlannedCase.Plain;
        var context = DecisionContext.Of(drawn.Request, drawn.Context);

        foreach (var (other, at) in new[]
        {
            (drawn.With(4), drawn.Context),
            (drawn with { Tokens = new TokenEstimate(1, 2, 3, 4) }, drawn.Context),
            (drawn, drawn.Context with { Now = PlannedCase.Now.AddMinutes(1) }),
            (drawn, drawn.Context with { Cache = new CacheOutlook(1_000, 0.5, 0.5, 0.1, 1.25) }),
        })
        {
            Assert.True(context.IsOf(other.Request, at));
            Assert.Equal(context.Text, DecisionContext.Of(other.Request, at).Text);
        }
    }

    [Fact]
    public void A_price_that_changes_makes_a_new_context_from_then_on()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            """
            {"provider":"openAI","models":[{"model":"m","history":[
              {"effective_until":"2026-11-20","live":{"input":2,"output":10},"source":"contract","checked_on":"2026-11-01"},
              {"effective_from":"2026-11-20","live":{"input":3,"output":10},"source":"contract","checked_on":"2026-11-01"}]}]}
            """));
        var drawn = PlannedCase.Plain.Priced(PriceList.Default.WithFiles([file]));
        var before = drawn.Context with { Now = new DateTimeOffset(2026, 11, 19, 23, 59, 59, TimeSpan.Zero) };
        var context = DecisionContext.Of(drawn.Request, before);

        Assert.True(context.IsOf(drawn.Request, before with { Now = before.Now.AddDays(-3) }));
        Assert.False(context.IsOf(drawn.Request, before with { Now = before.Now.AddSeconds(1) }));
        Assert.NotEqual(context, DecisionContext.Of(drawn.Request, before with { Now = before.Now.AddSeconds(1) }));
    }

    [Fact]
    public void A_context_keeps_no_prompt()
    {
        var drawn = PlannedCase.Plain;
        var request = drawn.Request with
        {
            Envelope = drawn.Request.Envelope with { Bytes = Encoding.UTF8.GetBytes("""{"turns":"a word of the prompt"}""") },
        };
        var context = DecisionContext.Of(request, drawn.Context);

        Assert.DoesNotContain("prompt", context.Text, StringComparison.Ordinal);
        Assert.True(context.With(DecisionInput.Of(request, drawn.Context)).Request.Envelope.Bytes.IsEmpty);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nothing of the kind")]
    [InlineData("""{"version":1,"provider":"openAI","model":"m","kind":"chat"}""")]
    public void A_text_that_is_no_context_is_refused(string text) =>
        Assert.Throws<FormatException>(() => DecisionContext.Parse(text));

    [Fact]
    public void A_context_of_another_version_is_refused_by_its_number()
    {
        var text = DecisionContext.Of(PlannedCase.Plain.Request, PlannedCase.Plain.Context).Text;
        Assert.StartsWith("""{"version":1,""", text, StringComparison.Ordinal);

        var failure = Assert.Throws<FormatException>(() => DecisionContext.Parse(text.Replace("\"version\":1,", "\"version\":2,", StringComparison.Ordinal)));

        Assert.Contains("another version's planner (2; this version's is 1)", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A record of an earlier day. Where this fails the planner decides otherwise, or the text changed: then <see cref="DecisionContext.Version"/> is to be raised.</summary>
    [Fact]
    public void A_record_of_this_version_is_decided_as_it_was()
    {
        const string text =
            """
            {"version":1,"provider":"openAI","model":"gpt-5-mini","kind":"Chat","bulk":true,"batch_takes_it":true,"batching":true,"batch_timeout":"1.00:00:00","assumed":{"name":"fixed-1h","typical":"01:00:00","live_call":"00:02:00","fill":"00:05:00"},"batch_limits":{"requests":50000,"bytes":200000000,"one_model":true,"window":"1.00:00:00","result_retention":"30.00:00:00","keeps_finished":true,"orphan_search":"ByKey","cancel_time":"00:10:00","poll_interval":"00:01:00"},"forecast":{"name":"openAI","seen":0,"evidence":0,"cancel":{"value":"00:10:00","seen":0},"live":{"value":"00:02:00","seen":0},"running":[0.99811256,0.9975242,0.9967747,0.99582696,0.9946375,0.99315566,0.9913233,0.98907435,0.9863345,0.98302144,0.9790448,0.97430724,0.9687049,0.96212906,0.9544678,0.9456082,0.93543875,0.9238524,0.9107496,0.8960417,0.8796546,0.8615319,0.84163845,0.81996316,0.79652154,0.77135766,0.74454534,0.7161884,0.6864202,0.6554023,0.62332195,0.5903887,0.5568307,0.52288955,0.48881558,0.4548618,0.42127874,0.3883087,0.35618046,0.3251047,0.2952699,0.26683885,0.23994644,0.21469802,0.19116887,0.16940452,0.1494219,0.1312112,0.11473836,0.09994803,0.08676685,0.075106844,0.06486896,0.055946395,0.048227835,0.041600328,0.035951845,0.031173466,0.02716113,0.023817016,0.021050505,0.018778803,0.016927242,0.015429311,0.014226458,0.013267715,0.012509212,0.011913575,0.011449303,0.011090106,0.010814266,0.010604009]},"prices":{"source":"openAI/gpt-5-mini@2026-07-24","live":{"input":0.25,"output":2},"batch":{"input":0.125,"output":1}}}
            """;
        var context = DecisionContext.Parse(text);
        var at = DateTimeOffset.Parse("2026-11-21T19:41:47.1724435+00:00", CultureInfo.InvariantCulture);
        var input = new DecisionInput { At = at, Deadline = DateTimeOffset.Parse("2026-11-22T01:40:38.7727435+00:00", CultureInfo.InvariantCulture), MeanInput = 32, MaxOutput = 64 };

        var (request, known) = context.With(input);
        var plan = Planner.Plan(request, known);

        Assert.Equal(text, context.Text);
        Assert.Equal("66f14e81195df3529fb6bf2a977b591f", context.Key.ToString("n"));
        Assert.Equal((Route.Batch, "batch: 5h58m of room less 12m00s, 93% done by then (prior), batch at 53% of live"), (plan.Route, plan.Reason));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T01:28:38.7727435+00:00", CultureInfo.InvariantCulture), plan.EscalateAt);
        Assert.Equal(0.000072408447m, decimal.Round(plan.ExpectedUsd ?? 0, 12));
    }

    private static (PlanRequest Request, PlanContext Context) Draw(Random random)
    {
        bool Once(int times) => random.Next(times) == 0;
        var drawn = PlannerPropertyTests.Draw(random);
        var model = Models[Once(2) ? 0 : random.Next(Models.Length)];
        var request = drawn.Request with
        {
            Envelope = drawn.Request.Envelope with { Model = model, Kind = (EndpointKind)random.Next(6) },
            Deadline = Once(6) ? null : drawn.Request.Deadline?.AddTicks(random.Next(10_000)),
            IsBulk = !Once(3),
            Constraints = Once(10) ? DataConstraints.Parse(Once(2) ? "region=eu" : "no_store") : drawn.Constraints,
            Tokens = drawn.Tokens is null ? null : new TokenEstimate(random.Next(600_000), 700_000, Once(3) ? null : random.Next(5_000), random.Next(1, 4)),
            ExpectedOutput = Once(4) ? random.Next(2_000) : null,
        };
        var context = drawn.Context with
        {
            Now = drawn.Context.Now.AddTicks(random.Next(10_000_000)).AddMinutes(random.Next(1_440)).ToOffset(TimeSpan.FromHours(random.Next(3))),
            BatchTimeout = Once(8) ? null : TimeSpan.FromMinutes(random.Next(1, 3_000)),
            Completion = Once(4) ? new CompletionPrior("guess", TimeSpan.FromSeconds(random.Next(9_000)), TimeSpan.FromTicks(random.Next()), TimeSpan.FromMinutes(1)) : CompletionPrior.Fixed,
            Cache = drawn.Context.Cache is { } cache && Once(2) ? cache with { BatchReadMultiplier = random.NextDouble() } : drawn.Context.Cache,
            FlexTime = Once(3) ? TimeSpan.FromMinutes(random.Next(1, 60)) : null,
            Prices = Once(2) ? PriceList.Default : drawn.Context.Prices,
        };
        return (request, context);
    }
}
