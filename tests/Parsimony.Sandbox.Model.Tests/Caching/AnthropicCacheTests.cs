namespace Parsimony.Sandbox.Model.Tests;

public sealed class AnthropicCacheTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PromptCache _cache = new();

    [Fact]
    public void Writes_at_the_mark_and_reads_there_afterwards()
    {
        var first = Ask(Noon, Marked("system", 2_000), Plain("question one", 50));
        var second = Ask(Noon.AddMinutes(4), Marked("system", 2_000), Plain("question two", 60));

        Assert.Equal((50, 0, 2_000, 0), Input(first));
        Assert.Equal((60, 2_000, 0, 0), Input(second));
    }

    [Fact]
    public void Forgets_five_minutes_after_the_last_use()
    {
        Ask(Noon, Marked("system", 2_000));
        Assert.Equal(2_000, Ask(Noon.AddMinutes(4), Marked("system", 2_000)).CacheRead);
        Assert.Equal(2_000, Ask(Noon.AddMinutes(8), Marked("system", 2_000)).CacheRead);

        Assert.Equal((0, 0, 2_000, 0), Input(Ask(Noon.AddMinutes(13.5), Marked("system", 2_000))));
    }

    [Fact]
    public void Keeps_a_long_mark_for_an_hour()
    {
        Assert.Equal((0, 0, 0, 2_000), Input(Ask(Noon, Marked("system", 2_000, CacheMark.Long))));
        Assert.Equal(2_000, Ask(Noon.AddMinutes(59), Marked("system", 2_000, CacheMark.Long)).CacheRead);
    }

    [Theory]
    [InlineData("claude-opus-5-5", 512)]
    [InlineData("claude-sonnet-5", 1_024)]
    [InlineData("claude-opus-4-7", 2_048)]
    [InlineData("claude-haiku-4-5-20251001", 4_096)]
    public void Caches_from_the_smallest_prefix_of_the_model_on(string model, int smallest)
    {
        Assert.Equal((smallest - 1, 0, 0, 0), Input(AskModel(model, Noon, Marked("short", smallest - 1))));
        Assert.Equal((0, 0, smallest, 0), Input(AskModel(model, Noon, Marked("enough", smallest))));
    }

    [Fact]
    public void Writes_nothing_without_a_mark()
    {
        Ask(Noon, Plain("system", 5_000));

        Assert.Equal((5_000, 0, 0, 0), Input(Ask(Noon, Plain("system", 5_000))));
    }

    [Fact]
    public void Bills_mixed_lifetimes_by_the_documented_sections()
    {
        Ask(Noon, Marked("tools", 1_500, CacheMark.Long));

        var usage = Ask(
            Noon.AddMinutes(10), Marked("tools", 1_500, CacheMark.Long), Marked("system", 700, CacheMark.Long), Marked("turn", 300), Plain("ask", 20));

        Assert.Equal((20, 1_500, 300, 700), Input(usage));
    }

    [Fact]
    public void Looks_back_twenty_positions_and_no_further()
    {
        Ask(Noon, Marked("start", 2_000));

        var near = Enumerable.Range(0, 18).Select(i => Plain($"turn {i}", 10)).Prepend(Plain("start", 2_000)).Append(Marked("end", 10));
        var far = Enumerable.Range(0, 19).Select(i => Plain($"other {i}", 10)).Prepend(Plain("start", 2_000)).Append(Marked("end", 10));

        Assert.Equal(2_000, Ask(Noon, [.. near]).CacheRead);
        Assert.Equal(0, Ask(Noon, [.. far]).CacheRead);
    }

    [Fact]
    public void Counts_a_run_of_tool_results_as_one_position()
    {
        Ask(Noon, Marked("start", 2_000));

        var results = Enumerable.Range(0, 40).Select(i => Plain($"result {i}", 10) with { Kind = PromptBlockKind.ToolResult });

        Assert.Equal(2_000, Ask(Noon, [Plain("start", 2_000), .. results, Marked("end", 10)]).CacheRead);
    }

    [Fact]
    public void Sets_the_automatic_mark_on_the_last_markable_block()
    {
        var thinking = Plain("thinking", 100) with { Kind = PromptBlockKind.Unmarkable };
        var usage = _cache.Meter(Question("claude-sonnet-5", [Plain("system", 2_000), Plain("ask", 50), thinking]) with { Automatic = CacheMark.Short }, Noon);

        Assert.Equal((100, 0, 2_050, 0), Input(usage));
    }

    [Fact]
    public void Cannot_read_before_the_writers_answer_begins()
    {
        var question = Question("claude-sonnet-5", [Marked("system", 2_000)]) with { AnswerBeginsAfter = TimeSpan.FromSeconds(3) };
        _cache.Meter(question, Noon);

        Assert.Equal(0, _cache.Meter(question, Noon.AddSeconds(2)).CacheRead);
        Assert.Equal(2_000, _cache.Meter(question, Noon.AddSeconds(3)).CacheRead);
    }

    [Fact]
    public void Keeps_models_and_workspaces_apart()
    {
        Ask(Noon, Marked("system", 5_000));

        Assert.Equal(0, AskModel("claude-opus-5", Noon, Marked("system", 5_000)).CacheRead);
        Assert.Equal(0, _cache.Meter(Question("claude-sonnet-5", [Marked("system", 5_000)]) with { Scope = "other" }, Noon).CacheRead);
    }

    [Fact]
    public void Changes_in_an_early_block_lose_everything_behind_it()
    {
        Ask(Noon, Plain("tools a", 100), Marked("system", 2_000));

        Assert.Equal(0, Ask(Noon, Plain("tools b", 100), Marked("system", 2_000)).CacheRead);
    }

    private static PromptBlock Plain(string text, int tokens) => new(text, tokens);

    private static PromptBlock Marked(string text, int tokens, CacheMark mark = CacheMark.Short) => new(text, tokens, mark);

    private static (long, long, long, long) Input(SandboxUsage usage) =>
        (usage.UncachedInput, usage.CacheRead, usage.CacheWriteShort, usage.CacheWriteLong);

    private static CacheQuestion Question(string model, PromptBlock[] blocks) => new() { Provider = "anthropic", Model = model, Blocks = blocks };

    private SandboxUsage Ask(DateTimeOffset at, params PromptBlock[] blocks) => AskModel("claude-sonnet-5", at, blocks);

    private SandboxUsage AskModel(string model, DateTimeOffset at, params PromptBlock[] blocks) => _cache.Meter(Question(model, blocks), at);
}
