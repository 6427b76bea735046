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
            {"provider":"openAI","prices":[
              {"model":"m","effective_until":"2026-11-20","live":{"input":2,"output":10},"source":"contract","checked_on":"2026-11-01"},
              {"model":"m","effective_from":"2026-11-20","live":{"input":3,"output":10},"source":"contract","checked_on":"2026-11-01"}]}
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
            Prices = Once(2) ? PriceList.Default : drawn.Context.Prices,
        };
        return (request, context);
    }
}
