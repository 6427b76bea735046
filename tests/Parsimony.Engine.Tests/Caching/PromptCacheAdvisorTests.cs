using System.Globalization;
using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

public sealed class PromptCacheAdvisorTests
{
    private const string Claude = "claude-sonnet-5";
    private const string Sol = "gpt-5.6-sol";
    private const string Mini = "gpt-5-mini";

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
    private readonly PromptCacheAdvisor _caches;

    public PromptCacheAdvisorTests() => _caches = new PromptCacheAdvisor(PriceList.Default, _clock);

    [Fact]
    public void A_prompt_that_shares_nothing_is_declined_where_writing_is_charged_unasked()
    {
        Assert.Equal(CacheControl.Declined, Advise(Sol, Long("one")).Control);
        Assert.True(Advise(Claude, Long("one")).Control.IsNone);
        Assert.True(Advise(Sol, "short").Control.IsNone);
    }

    [Fact]
    public void Nothing_is_asked_of_a_model_whose_rules_are_unknown()
    {
        Assert.Null(_caches.Advise(Question("gpt-nobody-knows", [Long("one")])));
        Assert.Null(_caches.Advise(Question(Claude, [Long("one")]) with { Terms = new CacheTerms { Strategy = CacheStrategy.None } }));
        var question = Question(Claude, [Long("one")]);
        Assert.Null(_caches.Advise(question with { Envelope = question.Envelope with { Kind = EndpointKind.Embeddings } }));
    }

    [Fact]
    public void The_callers_word_goes_before_the_terms_and_those_before_what_is_inferred()
    {
        var terms = new CacheTerms { Reuse = ReuseHint.Shared };

        Assert.Equal(ReuseHint.Single, Ask(Question(Claude, [Long("a")]) with { Terms = terms, Hint = ReuseHint.Single, IsToolLoop = true }).Reuse);
        Assert.Equal(ReuseHint.Shared, Ask(Question(Claude, [Long("b")]) with { Terms = terms, IsToolLoop = true }).Reuse);
        Assert.Equal(ReuseHint.Continued, Ask(Question(Claude, [Long("c")]) with { IsToolLoop = true }).Reuse);
        Assert.Equal(ReuseHint.Unknown, Ask(Question(Claude, [Long("d")])).Reuse);
        Assert.Equal(ReuseHint.Continued, Ask(Question(Claude, [Long("d"), "and then?"])).Reuse);
    }

    [Fact]
    public void Instructions_that_come_back_are_written_the_second_time_and_read_the_third()
    {
        List<CacheAdvice> advice = [];
        for (var call = 0; call < 3; call++)
        {
            advice.Add(Ask(Question(Claude, [$"document {call}"], Long("instructions"))));
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal([ReuseHint.Unknown, ReuseHint.Shared, ReuseHint.Shared], advice.Select(a => a.Reuse));
        Assert.Equal([false, true, false], advice.Select(a => a.ExpectedWrite > 0));
        Assert.Equal([false, false, true], advice.Select(a => a.ExpectedRead > 0));
        Assert.Equal(0, Assert.Single(advice[2].Control.Marks).BlockIndex);
    }

    [Fact]
    public void An_explicit_lifetime_is_obeyed_and_its_regret_is_recorded()
    {
        var terms = new CacheTerms { Ttl = TimeSpan.FromHours(1), Reuse = ReuseHint.Continued };
        var lifetimes = new List<TimeSpan>();
        for (var turn = 1; turn <= 12; turn++)
        {
            var advice = Ask(Question(Claude, [.. Enumerable.Range(0, turn).Select(part => Long($"turn {part}"))]) with { Terms = terms });
            lifetimes.AddRange(advice.Control.Marks.Select(mark => mark.Lifetime));
            _caches.Settle(advice, new TokenUsage { UncachedInput = 1_500 * turn });
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.All(lifetimes, lifetime => Assert.Equal(TimeSpan.FromHours(1), lifetime));
        Assert.NotEmpty(lifetimes);
        Assert.True(_caches.Standings().Sum(standing => standing.RegretUsd) > 0);
    }

    [Fact]
    public void Fewest_tokens_and_most_marks_are_obeyed()
    {
        var hint = new CacheTerms { Reuse = ReuseHint.Continued };

        Assert.NotEmpty(Ask(Question(Claude, [Long("a")]) with { Terms = hint }).Control.Marks);
        Assert.Empty(Ask(Question(Claude, [Long("b")]) with { Terms = hint with { MinTokens = 50_000 } }).Control.Marks);
        Assert.Equal(CacheControl.Declined, Ask(Question(Sol, [Long("b")]) with { Terms = hint with { MinTokens = 50_000 } }).Control);
        Assert.Empty(Ask(Question(Claude, [Long("c")]) with { Terms = hint with { MaxMarks = 0 } }).Control.Marks);
    }

    [Fact]
    public void What_the_provider_does_by_itself_is_a_mark_at_the_end_or_nothing()
    {
        var terms = new CacheTerms { Strategy = CacheStrategy.Automatic };

        Assert.Equal(new CacheMark(1, TimeSpan.FromMinutes(5)), Assert.Single(Ask(Question(Claude, [Long("a"), "b"]) with { Terms = terms }).Control.Marks));
        Assert.True(Ask(Question(Sol, [Long("a"), "b"]) with { Terms = terms }).Control.IsNone);
        Assert.NotNull(Ask(Question(Mini, [Long("a"), "b"]) with { Terms = terms }).Control.RoutingKey);
    }

    [Theory]
    [InlineData("bedrock/global.anthropic.claude-sonnet-5", true, false)]
    [InlineData("azureOpenAI/gpt-5.6-luna", true, false)]
    [InlineData("azureOpenAI/gpt-5-mini", false, true)]
    [InlineData("mistral/mistral-large-2512", false, true)]
    [InlineData("gemini/gemini-2.5-flash", false, false)]
    [InlineData("vertexAI/gemini-2.5-flash", false, false)]
    [InlineData("groq/openai/gpt-oss-20b", false, false)]
    [InlineData("xai/grok-4.3", false, true)]
    [InlineData("fireworks/gpt-oss-120b", false, true)]
    public void Marks_and_keys_are_asked_of_those_who_take_them(string model, bool marks, bool key)
    {
        var question = Question(Mini, [Long("a"), Long("b"), Long("c")], Long("instructions")) with { Hint = ReuseHint.Continued };

        var control = Ask(question with { Envelope = question.Envelope with { Model = ModelId.Parse(model) } }).Control;

        Assert.Equal((marks, key), (control.Marks.Count > 0, control.RoutingKey is not null));
        Assert.False(control.IsDeclined);
    }

    [Fact]
    public void A_prompt_that_shares_nothing_is_declined_on_azure_too()
    {
        var question = Question(Sol, [Long("one")]);

        Assert.Equal(CacheControl.Declined, Ask(question with { Envelope = question.Envelope with { Model = ModelId.Parse("azureOpenAI/gpt-5.6-sol") } }).Control);
    }

    [Fact]
    public void A_prompt_of_the_callers_own_marks_is_learnt()
    {
        var own = Ask(Question(Claude, [Long("a")]) with { IsCallersOwn = true, Hint = ReuseHint.Continued });

        Assert.True(own.Control.IsNone);
        Assert.Equal(ReuseHint.Continued, Ask(Question(Claude, [Long("a"), "b"])).Reuse);
    }

    [Fact]
    public void Conversations_of_one_beginning_share_a_key_until_they_are_too_many_for_a_machine()
    {
        var slow = new HashSet<string>(StringComparer.Ordinal);
        var fast = new Dictionary<int, HashSet<string>>();
        for (var call = 0; call < 60; call++)
        {
            slow.Add(Key(call));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        for (var call = 0; call < 600; call++)
        {
            var key = Key(call % 40);
            if (call >= 400)
            {
                (fast.TryGetValue(call % 40, out var keys) ? keys : fast[call % 40] = new HashSet<string>(StringComparer.Ordinal)).Add(key);
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(slow);
        Assert.InRange(fast.Values.SelectMany(keys => keys).Distinct(StringComparer.Ordinal).Count(), 3, 5);
        Assert.All(fast.Values, keys => Assert.Single(keys));
        Assert.All(slow, key => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", key));

        string Key(int conversation) => Ask(Question(Mini, [$"question {conversation}"], Long("instructions"))).Control.RoutingKey ?? "";
    }

    [Fact]
    public void No_key_is_asked_for_short_prompts_or_those_that_are_single()
    {
        Assert.True(Advise(Mini, "short").Control.IsNone);
        Assert.True(Ask(Question(Mini, [Long("one")]) with { Hint = ReuseHint.Single }).Control.IsNone);
    }

    [Fact]
    public void Estimates_are_brought_in_line_with_what_is_measured()
    {
        var first = Advise(Claude, Long("prompt 0"));
        for (var call = 1; call < 20; call++)
        {
            _caches.Settle(Advise(Claude, Long($"prompt {call}")), new TokenUsage { UncachedInput = first.PromptTokens * 3 / 2 });
        }

        Assert.InRange((double)Advise(Claude, Long("prompt x")).PromptTokens / first.PromptTokens, 1.4, 1.55);
    }

    [Fact]
    public void A_reading_says_what_was_saved_and_standings_what_was_expected()
    {
        var terms = new CacheTerms { Reuse = ReuseHint.Continued };
        var write = _caches.Settle(Ask(Question(Claude, [Long("a")]) with { Terms = terms }), new TokenUsage { CacheWriteShort = 2_000 });
        _clock.Advance(TimeSpan.FromSeconds(30));
        var read = _caches.Settle(Ask(Question(Claude, [Long("a"), "b"]) with { Terms = terms }), new TokenUsage { CacheRead = 2_000, CacheWriteShort = 10 });

        Assert.Equal((0, 2_000, -0.001m), (write.Read, write.Written, write.SavedUsd));
        Assert.Equal((2_000, 10, true), (read.Read, read.Written, read.SavedUsd > 0.0035m));
        var standing = Assert.Single(_caches.Standings());
        Assert.Equal((2, 1, 1), (standing.Calls, standing.ExpectedHits, standing.MeasuredHits));
    }

    [Fact]
    public void Accounts_do_not_read_each_others_entries()
    {
        var terms = new CacheTerms { Reuse = ReuseHint.Continued };
        Ask(Question(Claude, [Long("a")]) with { Terms = terms });
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, Ask(Question(Claude, [Long("a")]) with { Terms = terms, Credential = "other" }).ExpectedRead);
        Assert.NotEqual(0, Ask(Question(Claude, [Long("a")]) with { Terms = terms }).ExpectedRead);
    }

    [Fact]
    public async Task Many_threads_may_ask_at_once()
    {
        await Parallel.ForAsync(0, 400, TestContext.Current.CancellationToken, (call, _) =>
        {
            _caches.Settle(Ask(Question(Claude, [Long($"prompt {call % 10}"), $"question {call}"])), new TokenUsage { UncachedInput = 1_000 });
            return ValueTask.CompletedTask;
        });

        Assert.Equal(400, _caches.Standings().Sum(standing => standing.Calls));
    }

    private static string Long(string about) => string.Join(' ', Enumerable.Range(0, 1_200).Select(word => string.Create(CultureInfo.InvariantCulture, $"{about} {word}")));

    private static CacheQuestion Question(string model, string[] turns, string? instructions = null)
    {
        List<ChatTurn> all = [.. turns.Select((text, index) => new ChatTurn(index % 2 == 0 ? ChatTurnRole.User : ChatTurnRole.Assistant, [new ChatPart.Text(text)]))];
        if (instructions is not null)
        {
            all.Insert(0, new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(instructions)]));
        }

        var provider = model.StartsWith("claude", StringComparison.Ordinal) ? ProviderId.Anthropic : ProviderId.OpenAI;
        return new CacheQuestion { Envelope = new ChatRequest { Turns = all }.ToEnvelope(new ModelId(provider, model)), Credential = "a" };
    }

    private CacheAdvice Ask(CacheQuestion question) => _caches.Advise(question) ?? throw new InvalidOperationException("Nothing was advised.");

    private CacheAdvice Advise(string model, string text) => Ask(Question(model, [text]));
}
