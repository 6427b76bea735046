namespace Parsimony.Core.Tests;

public sealed class PromptCachePlannerTests
{
    private static readonly CacheRules Rules = new() { LongWriteMultiplier = 2 };
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PromptCachePlanner _planner = new(Rules);
    private ulong _next = 1;

    [Fact]
    public void Prompts_that_are_one_of_a_kind_are_never_marked()
    {
        for (var second = 0; second < 2_000; second++)
        {
            Assert.Empty(Plan(second, Fresh(2), Fresh(3)).Marks);
        }
    }

    [Fact]
    public void Instructions_that_every_prompt_shares_are_marked_at_their_end_once_they_came_back_a_few_times()
    {
        var instructions = Fresh(4);
        var first = -1;
        for (var call = 0; call < 200; call++)
        {
            var plan = Plan(call * 20, instructions, Fresh(2));
            if (plan.Marks.Count > 0)
            {
                first = first < 0 ? call : first;
                Assert.Equal(4, Assert.Single(plan.Marks).Depth);
            }
        }

        Assert.InRange(first, 1, 10);
    }

    [Fact]
    public void A_prompt_said_to_be_continued_is_marked_at_its_end_and_read_by_the_next()
    {
        var turn = Fresh(5);
        var first = Plan(0, turn, [], ReuseHint.Continued);
        var second = Plan(30, turn, Fresh(1), ReuseHint.Continued);

        Assert.Equal(5, Assert.Single(first.Marks).Depth);
        Assert.Equal(5, second.Hit);
        Assert.Equal(6, second.Marks[^1].Depth);
    }

    [Fact]
    public void A_prompt_said_to_be_shared_is_marked_where_a_cache_begins_to_keep_it()
    {
        var plan = Plan(0, Fresh(6), [], ReuseHint.Shared);

        Assert.Equal(2, Assert.Single(plan.Marks).Depth);
    }

    [Fact]
    public void Prompts_said_to_be_shared_that_come_again_whole_are_soon_kept_whole()
    {
        for (var pair = 0; pair < 30; pair++)
        {
            var prompt = Fresh(6);
            Plan(pair * 60, prompt, [], ReuseHint.Shared);
            Plan((pair * 60) + 5, prompt, [], ReuseHint.Single);
        }

        Assert.Equal(6, Plan(1_800, Fresh(6), [], ReuseHint.Shared).Marks[^1].Depth);
    }

    [Fact]
    public void A_prompt_said_to_be_single_is_not_marked()
    {
        Assert.Empty(Plan(0, Fresh(6), [], ReuseHint.Single).Marks);
    }

    [Fact]
    public void Callers_who_are_always_wrong_are_not_believed_for_ever()
    {
        var marked = 0;
        for (var call = 0; call < 400; call++)
        {
            marked += Plan(call * 30, Fresh(4), [], ReuseHint.Continued).Marks.Count;
        }

        Assert.InRange(marked, 1, 60);
    }

    [Fact]
    public void What_another_request_is_writing_is_not_written_again()
    {
        var turn = Fresh(5);
        Plan(0, turn, [], ReuseHint.Continued);

        Assert.Empty(Plan(0.5, turn, [], ReuseHint.Continued).Marks);
    }

    [Fact]
    public void Where_writing_costs_nothing_everything_is_marked_from_the_start()
    {
        var planner = new PromptCachePlanner(new CacheRules { WriteMultiplier = 1 });

        Assert.Equal(6, planner.Plan(Prompt(Fresh(6)), Start).Marks[^1].Depth);
    }

    [Fact]
    public void A_longer_prompt_than_it_remembers_is_planned_by_its_beginning()
    {
        var planner = new PromptCachePlanner(Rules, capacity: 8);

        Assert.InRange(planner.Plan(Prompt(Fresh(40)), Start, ReuseHint.Continued).Marks.Select(mark => mark.Depth).DefaultIfEmpty().Max(), 0, 4);
    }

    [Fact]
    public void The_same_prompts_at_the_same_times_get_the_same_marks()
    {
        Assert.Equal(Marks(3), Marks(3));

        static List<string> Marks(int seed)
        {
            var random = new Random(seed);
            var planner = new PromptCachePlanner(Rules);
            var second = 0d;
            return
            [
                .. Enumerable.Range(0, 500).Select(_ =>
                {
                    second += random.NextDouble() * 5;
                    ulong[] blocks = [.. Enumerable.Range(0, random.Next(2, 8)).Select(block => (ulong)random.Next(block + 2))];
                    return string.Join(' ', planner.Plan(Prompt(blocks), Start.AddSeconds(second)).Marks);
                }),
            ];
        }
    }

    [Fact]
    public void What_was_thought_to_be_readable_and_was_not_is_written_again()
    {
        var turn = Fresh(5);
        var prompt = Prompt(turn);
        Plan(0, turn, [], ReuseHint.Continued);
        var second = Plan(30, turn, [], ReuseHint.Continued);
        _planner.Measured(second, prompt, read: 0, written: prompt.TokensTo(5));

        var third = Plan(30.5, turn, [], ReuseHint.Continued);
        var fourth = Plan(60, turn, [], ReuseHint.Continued);

        Assert.Equal(5, second.Hit);
        Assert.Equal(0, third.Hit);
        Assert.Equal(5, fourth.Hit);
    }

    [Fact]
    public void What_was_neither_read_nor_written_is_not_there()
    {
        var turn = Fresh(5);
        var first = Plan(0, turn, [], ReuseHint.Continued);
        _planner.Measured(first, Prompt(turn), read: 0, written: 0);

        Assert.Equal(0, Plan(30, turn, [], ReuseHint.Continued).Hit);
    }

    [Fact]
    public void A_call_that_was_refused_takes_back_only_what_it_was_to_write()
    {
        var turn = Fresh(5);
        var more = Fresh(3);
        Plan(0, turn, [], ReuseHint.Continued);
        var second = Plan(30, turn, more, ReuseHint.Continued);
        _planner.Refused(second, Prompt([.. turn, .. more]));

        Assert.Equal(5, Plan(60, turn, more, ReuseHint.Continued).Hit);
    }

    [Fact]
    public void What_was_read_unexpectedly_is_taken_to_be_there()
    {
        var turn = Fresh(5);
        var prompt = Prompt(turn);
        var first = Plan(0, turn, [], ReuseHint.Continued);
        _planner.Measured(first, prompt, read: prompt.TokensTo(3), written: prompt.TokensTo(5) - prompt.TokensTo(3));

        Assert.Equal(5, Plan(30, turn, [], ReuseHint.Continued).Hit);
        Assert.Equal(3, Plan(31, turn[..3], Fresh(1)).Hit);
    }

    [Fact]
    public void An_estimate_that_is_a_little_off_changes_nothing()
    {
        var turn = Fresh(5);
        Plan(0, turn, [], ReuseHint.Continued);
        var second = Plan(30, turn, [], ReuseHint.Continued);
        _planner.Measured(second, Prompt(turn), read: (int)(Prompt(turn).TokensTo(5) * 0.93), written: 0);

        Assert.Equal(5, Plan(60, turn, [], ReuseHint.Continued).Hit);
    }

    [Fact]
    public void A_cache_that_never_keeps_what_it_should_is_written_to_now_and_then_only()
    {
        var turn = Fresh(5);
        var marked = 0;
        for (var call = 0; call < 400; call++)
        {
            var plan = Plan(call * 30, turn, [], ReuseHint.Continued);
            marked += plan.Marks.Count;
            _planner.Measured(plan, Prompt(turn), read: 0, written: plan.Marks.Count > 0 ? Prompt(turn).TokensTo(5) : 0);
        }

        // It is tried again now and then.
        Assert.InRange(marked, 10, 100);
    }

    [Fact]
    public void A_prompt_that_is_only_learnt_is_never_marked_and_makes_the_next_a_continuation()
    {
        var turn = Fresh(5);
        var learnt = _planner.Learn(Prompt(turn), Start, ReuseHint.Continued);

        Assert.Empty(learnt.Marks);
        Assert.True(_planner.Continues(Prompt([.. turn, .. Fresh(2)])));
        Assert.False(_planner.Continues(Prompt(turn)));
        Assert.False(_planner.Continues(Prompt(Fresh(5))));
    }

    [Fact]
    public void Knows_what_came_before_as_long_as_an_entry_would_live()
    {
        var turn = Fresh(5);
        Plan(0, turn, []);

        Assert.True(_planner.HasSeen(Prompt([.. turn[..3], .. Fresh(1)]), 3, Start.AddMinutes(4)));
        Assert.False(_planner.HasSeen(Prompt([.. turn[..3], .. Fresh(1)]), 4, Start.AddMinutes(4)));
        Assert.False(_planner.HasSeen(Prompt(turn), 3, Start.AddMinutes(6)));
    }

    private CachePlan Plan(double second, ulong[] shared, ulong[] own, ReuseHint hint = ReuseHint.Unknown) =>
        _planner.Plan(Prompt([.. shared, .. own]), Start.AddSeconds(second), hint);

    private ulong[] Fresh(int count) => [.. Enumerable.Range(0, count).Select(_ => _next++)];

    private static PromptPrefix Prompt(ulong[] blocks) => new(blocks, [.. Enumerable.Range(1, blocks.Length).Select(block => block * 512)], (blocks.Length * 512) + 100);
}
