namespace Parsimony.Sandbox.Model.Tests;

public sealed class PromptCacheLawTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("anthropic", "claude-sonnet-5")]
    [InlineData("anthropic", "claude-opus-5-5")]
    [InlineData("openai", "gpt-6-sol")]
    [InlineData("openai", "gpt-5.5")]
    [InlineData("openai", "gpt-5-mini")]
    [InlineData("openai", "gpt-4.1")]
    public void Puts_every_token_of_any_prompt_in_exactly_one_place(string provider, string model)
    {
        var random = new Random(7);
        var cache = new PromptCache();
        var now = Noon;
        var reads = 0L;
        for (var call = 0; call < 500; call++)
        {
            now += TimeSpan.FromSeconds(random.Next(400));
            var question = Question(provider, model, random);

            var usage = cache.Meter(question, now);

            Assert.Equal(question.Blocks.Sum(b => b.Tokens), usage.TotalInput);
            Assert.True(usage is { UncachedInput: >= 0, CacheRead: >= 0, CacheWriteShort: >= 0, CacheWriteLong: >= 0 });
            reads += usage.CacheRead;
        }

        Assert.True(reads > 0);
    }

    [Fact]
    public void Meters_the_same_calls_the_same_way()
    {
        Assert.Equal(Run(), Run());

        static List<SandboxUsage> Run()
        {
            var random = new Random(11);
            var cache = new PromptCache();
            return [.. Enumerable.Range(0, 300).Select(i => cache.Meter(Question("anthropic", "claude-sonnet-5", random), Noon.AddSeconds(i * 20)))];
        }
    }

    // Few distinct texts, so that prefixes meet again.
    private static CacheQuestion Question(string provider, string model, Random random) => new()
    {
        Provider = provider,
        Model = model,
        Batch = provider == "anthropic" && random.Next(2) == 0,
        Mode = random.Next(4) == 0 ? "explicit" : "implicit",
        Automatic = random.Next(3) == 0 ? CacheMark.Short : null,
        Blocks = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => Block(i, random))],
    };

    private static PromptBlock Block(int index, Random random)
    {
        var variant = random.Next(2);
        var text = string.Concat(Enumerable.Repeat($"block {index} variant {variant} ", 50 * (index + 1) * (variant + 1)));
        CacheMark? mark = random.Next(5) switch { 0 => CacheMark.Short, 1 => CacheMark.Long, _ => null };
        return new PromptBlock(text, TokenCounter.Count(text), mark) { IsPreamble = index == 0, EndsMessage = random.Next(3) > 0 };
    }
}
