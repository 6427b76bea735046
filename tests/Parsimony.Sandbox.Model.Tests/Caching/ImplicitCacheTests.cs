namespace Parsimony.Sandbox.Model.Tests;

/// <summary>The caches of the other providers: what they keep, from which size on, and for how long.</summary>
public sealed class ImplicitCacheTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PromptCache _cache = new();

    [Theory]
    [InlineData("gemini", "gemini-2.5-flash", 2_100, 2_048)]
    [InlineData("gemini", "gemini-2.5-flash", 1_900, 0)]
    [InlineData("gemini", "gemini-3.8-flash", 4_000, 0)]
    [InlineData("gemini", "models/gemini-4-argon", 4_200, 4_096)]
    [InlineData("gemini", "gemini-2.0-flash", 9_000, 0)]
    [InlineData("vertexai", "gemini-4-argon", 4_200, 0)]
    [InlineData("vertexai", "publishers/google/models/gemini-4-argon", 6_200, 6_144)]
    [InlineData("groq", "openai/gpt-oss-20b", 1_100, 1_024)]
    [InlineData("groq", "llama-3.1-8b-instant", 9_000, 0)]
    [InlineData("mistral", "mistral-small-2603", 300, 256)]
    [InlineData("xai", "grok-4.3", 300, 256)]
    [InlineData("fireworks", "accounts/fireworks/models/gpt-oss-120b", 300, 256)]
    [InlineData("azureopenai", "gpt-5-mini", 1_100, 1_024)]
    [InlineData("bedrock", "amazon.nova-lite-v1:0", 1_100, 1_024)]
    [InlineData("bedrock", "meta.llama3-3-70b-instruct-v1:0", 9_000, 0)]
    [InlineData("cohere", "command-a-03-2025", 9_000, 0)]
    [InlineData("together", "openai/gpt-oss-120b", 9_000, 0)]
    public void The_same_prompt_again_reads_what_is_long_enough_and_writes_cost_nothing(string provider, string model, int tokens, int read)
    {
        Assert.Equal(tokens, Ask(provider, model, tokens, Noon).UncachedInput);

        var again = Ask(provider, model, tokens, Noon.AddMinutes(1));

        Assert.Equal((read, 0, 0), (again.CacheRead, again.CacheWriteShort, again.CacheWriteLong));
    }

    [Theory]
    [InlineData("groq", "openai/gpt-oss-20b", 119, true)]
    [InlineData("groq", "openai/gpt-oss-20b", 121, false)]
    [InlineData("gemini", "gemini-2.5-flash", 9, true)]
    [InlineData("gemini", "gemini-2.5-flash", 11, false)]
    public void An_entry_is_kept_for_its_time(string provider, string model, int minutes, bool isHit)
    {
        Ask(provider, model, 5_000, Noon);

        Assert.Equal(isHit, Ask(provider, model, 5_000, Noon.AddMinutes(minutes)).CacheRead > 0);
    }

    [Theory]
    [InlineData("gemini", "gemini-3.8-flash", true)]
    [InlineData("vertexai", "gemini-3.8-flash", true)]
    [InlineData("bedrock", "global.anthropic.claude-opus-5", false)]
    [InlineData("azureopenai", "gpt-5-mini", false)]
    [InlineData("groq", "openai/gpt-oss-20b", false)]
    [InlineData("mistral", "mistral-small-2603", false)]
    public void Batches_read_where_the_provider_says_so(string provider, string model, bool isHit)
    {
        Ask(provider, model, 9_000, Noon, batch: true, mark: true);

        Assert.Equal(isHit, Ask(provider, model, 9_000, Noon.AddMinutes(1), batch: true, mark: true).CacheRead > 0);
    }

    [Theory]
    [InlineData("global.anthropic.claude-opus-5", 600, true)]
    [InlineData("us.anthropic.claude-opus-4-7", 4_000, false)]
    [InlineData("us.anthropic.claude-opus-4-7", 4_100, true)]
    public void Claude_on_bedrock_writes_at_marks_from_bedrocks_own_sizes_on(string model, int tokens, bool isWritten)
    {
        Assert.Equal(isWritten ? tokens : 0, Ask("bedrock", model, tokens, Noon, mark: true).CacheWriteShort);
        Assert.Equal(isWritten ? tokens : 0, Ask("bedrock", model, tokens, Noon.AddMinutes(4), mark: true).CacheRead);
    }

    [Fact]
    public void Gpt_5_6_charges_its_implicit_write_on_azure_and_bedrock_too()
    {
        Assert.Equal(1_300, Ask("azureopenai", "gpt-5.6-luna", 1_300, Noon).CacheWriteShort);
        Assert.Equal(1_300, Ask("bedrock", "openai.gpt-5.6-luna", 1_300, Noon).CacheWriteShort);
    }

    private SandboxUsage Ask(string provider, string model, int tokens, DateTimeOffset at, bool batch = false, bool mark = false) => _cache.Meter(
        new CacheQuestion
        {
            Provider = provider,
            Model = model,
            Blocks = [new PromptBlock(new string('x', tokens * 4), tokens, mark ? CacheMark.Short : null)],
            Batch = batch,
        },
        at);
}
