namespace Parsimony.Sandbox.Model.Tests;

public sealed class OpenAICacheTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PromptCache _cache = new();

    [Fact]
    public void Charges_the_implicit_write_from_gpt_5_6_on()
    {
        Assert.Equal((0, 0, 1_300), Ask("gpt-5.6-sol", Noon, System(1_100), User("one", 200)));
        Assert.Equal((0, 1_300, 0), Ask("gpt-5.6-sol", Noon.AddMinutes(29), System(1_100), User("one", 200)));
    }

    [Fact]
    public void Shares_the_developer_block_between_unrelated_questions()
    {
        Ask("gpt-6-luna", Noon, System(1_100), User("one", 200));

        Assert.Equal((0, 1_100, 70), Ask("gpt-6-luna", Noon.AddMinutes(5), System(1_100), User("two", 70)));
    }

    [Fact]
    public void Writes_and_charges_nothing_in_explicit_mode_without_a_breakpoint()
    {
        var question = Question("gpt-5.6-sol", [System(1_100), User("one", 200)]) with { Mode = "explicit" };

        Assert.Equal((1_300, 0, 0), Input(_cache.Meter(question, Noon)));
        Assert.Equal((1_300, 0, 0), Input(_cache.Meter(question, Noon)));
    }

    [Fact]
    public void Writes_to_the_explicit_breakpoint_only()
    {
        var marked = System(1_100) with { Mark = CacheMark.Short };

        Assert.Equal((200, 0, 1_100), Input(_cache.Meter(Question("gpt-6.1-sol", [marked, User("one", 200)]) with { Mode = "explicit" }, Noon)));
        Assert.Equal((90, 1_100, 0), Input(_cache.Meter(Question("gpt-6.1-sol", [marked, User("two", 90)]) with { Mode = "explicit" }, Noon)));
    }

    [Fact]
    public void Leaves_prompts_below_1024_tokens_alone()
    {
        Ask("gpt-5.6-sol", Noon, System(900), User("one", 100));

        Assert.Equal((1_000, 0, 0), Ask("gpt-5.6-sol", Noon, System(900), User("one", 100)));
    }

    [Fact]
    public void Forgets_thirty_minutes_after_the_last_use()
    {
        Ask("gpt-5.6-sol", Noon, System(1_100), User("one", 200));

        Assert.Equal((0, 0, 1_300), Ask("gpt-5.6-sol", Noon.AddMinutes(31), System(1_100), User("one", 200)));
    }

    [Fact]
    public void Counts_hits_of_older_models_in_steps_of_128_without_charging_writes()
    {
        Assert.Equal((1_400, 0, 0), Ask("gpt-5-mini", Noon, System(1_200), User("one", 200)));

        Assert.Equal((1_270 - 1_152, 1_152, 0), Ask("gpt-5-mini", Noon.AddMinutes(5), System(1_200), User("two", 70)));
    }

    [Fact]
    public void Follows_a_shared_beginning_inside_a_message()
    {
        var shared = new string('s', 4 * 2_000);
        Ask("gpt-4.1", Noon, User(shared + "one", 2_001));

        var (_, read, _) = Ask("gpt-4.1", Noon.AddMinutes(1), User(shared + "two", 2_001));

        Assert.InRange(read, 1_792, 2_000);
    }

    [Theory]
    [InlineData("gpt-4.1", 0)]
    [InlineData("o4-mini", 0)]
    [InlineData("gpt-5-mini", 1_152)]
    [InlineData("gpt-6-sol", 1_200)]
    public void Discounts_cached_tokens_in_batch_from_gpt_5_on_only(string model, int read)
    {
        _cache.Meter(Question(model, [System(1_200)]) with { Batch = true }, Noon);

        Assert.Equal(read, _cache.Meter(Question(model, [System(1_200)]) with { Batch = true }, Noon).CacheRead);
    }

    [Fact]
    public void Never_caches_embeddings()
    {
        Ask("text-embedding-3-small", Noon, User("text", 5_000));

        Assert.Equal((5_000, 0, 0), Ask("text-embedding-3-small", Noon, User("text", 5_000)));
    }

    [Fact]
    public void Loses_a_hit_when_told_to()
    {
        Ask("gpt-6-sol", Noon, System(1_200));

        Assert.Equal(0, _cache.Meter(Question("gpt-6-sol", [System(1_200)]) with { LosesHit = true }, Noon).CacheRead);
    }

    private static PromptBlock System(int tokens) => new("You sort messages.", tokens) { IsPreamble = true };

    private static PromptBlock User(string text, int tokens) => new(text, tokens);

    private static CacheQuestion Question(string model, PromptBlock[] blocks) => new() { Provider = "openai", Model = model, Blocks = blocks };

    private static (long Uncached, long Read, long Written) Input(SandboxUsage usage) =>
        (usage.UncachedInput, usage.CacheRead, usage.CacheWriteShort);

    private (long Uncached, long Read, long Written) Ask(string model, DateTimeOffset at, params PromptBlock[] blocks) =>
        Input(_cache.Meter(Question(model, blocks), at));
}
