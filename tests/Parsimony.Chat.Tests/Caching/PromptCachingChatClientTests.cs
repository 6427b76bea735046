using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class PromptCachingChatClientTests
{
    private const string Claude = "claude-sonnet-5";

    private readonly Testing.ManualClock _clock = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
    private readonly ListLogger _log = new();
    private readonly SeenClient _inner = new("anthropic", Claude);
    private readonly PromptCacheAdvisor _caches;

    public PromptCachingChatClientTests() => _caches = new PromptCacheAdvisor(PriceList.Default, _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Marks_copies_and_leaves_the_callers_messages_and_options_as_they_were()
    {
        var messages = Conversation();
        var before = messages.Select(message => message.Contents[0]).ToList();
        var options = new ChatOptions { Instructions = "Be brief." };

        await Client().GetResponseAsync(messages, options, Token);

        Assert.Equal(before, messages.Select(message => message.Contents[0]));
        Assert.All(before, content => Assert.Null(content.AdditionalProperties));
        Assert.Equal("Be brief.", options.Instructions);
        var sent = _inner.Messages[^1];
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.Single(sent[^1].Contents).AdditionalProperties?["mark"]);
        Assert.Equal("Be brief.", sent[0].Text);
        Assert.Null(_inner.Options[^1]!.Instructions);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("options")]
    [InlineData("raw")]
    [InlineData("factory")]
    public async Task What_the_caller_asks_of_the_cache_is_left_alone(string how)
    {
        var messages = Conversation();
        var options = new ChatOptions();
        switch (how)
        {
            case "content":
                messages[0].Contents[0].AdditionalProperties = new() { ["anthropic:cache_control"] = "the SDK's own" };
                break;
            case "options":
                options.WithCacheControl(CacheControl.None);
                break;
            case "raw":
                options.AdditionalProperties = new() { ["cache_control"] = "ephemeral" };
                break;
            default:
                options.RawRepresentationFactory = _ => null;
                break;
        }

        await Client().GetResponseAsync(messages, options, Token);

        Assert.Same(options, _inner.Options[^1]);
        Assert.Same(messages, _inner.Sent[^1]);
    }

    [Fact]
    public async Task A_failure_of_planning_does_not_fail_the_call()
    {
        var options = new ChatOptions { AdditionalProperties = new() { ["parsimony.reuse"] = "whenever" } };

        var response = await Client().GetResponseAsync(Conversation(), options, Token);

        Assert.Equal("fine", response.Text);
        Assert.Contains(_log.Lines, line => line.StartsWith("Planning the prompt cache failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mark_that_cannot_be_made_does_not_fail_the_call()
    {
        var response = await Client(options => options.Mark = (_, _) => throw new InvalidOperationException("no such type")).GetResponseAsync(Conversation(), options: null, Token);

        Assert.Equal("fine", response.Text);
        Assert.Null(_inner.Messages[^1][^1].Contents[0].AdditionalProperties);
    }

    [Fact]
    public async Task A_model_whose_rules_are_unknown_is_asked_nothing()
    {
        var messages = Conversation();

        await Client().GetResponseAsync(messages, new ChatOptions { ModelId = "claude-of-next-year" }, Token);

        Assert.Same(messages, _inner.Sent[^1]);
    }

    [Fact]
    public async Task A_call_that_was_refused_has_written_nothing()
    {
        var messages = Conversation();
        var client = Client();
        _inner.Failure = new HttpRequestException("busy", inner: null, System.Net.HttpStatusCode.TooManyRequests);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetResponseAsync(messages, options: null, Token));
        _inner.Failure = null;
        _clock.Advance(TimeSpan.FromSeconds(30));

        await client.GetResponseAsync(messages, options: null, Token);

        Assert.Contains(_log.Lines, line => line.Contains("expected to read 0 and write 0", StringComparison.Ordinal) is false && line.Contains("expected to read 0", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Prompt cache of", StringComparison.Ordinal) && !line.Contains("expected to read 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Streamed_usage_is_learnt_from_and_a_hit_is_logged()
    {
        _inner.Usage = new UsageDetails { InputTokenCount = 3_000, CachedInputTokenCount = 2_000, OutputTokenCount = 10 };

        await foreach (var _ in Client().GetStreamingResponseAsync(Conversation(), options: null, Token))
        {
        }

        Assert.Contains(_log.Lines, line => line.StartsWith("Cache hit (anthropic, 2000 tokens, 0.0036", StringComparison.Ordinal));
        Assert.Equal(1, Assert.Single(_caches.Standings()).MeasuredHits);
    }

    [Fact]
    public async Task A_low_hit_rate_is_told_once()
    {
        var client = Client();
        for (var call = 0; call < 60; call++)
        {
            await client.GetResponseAsync(Conversation(call), new ChatOptions().WithReuse(ReuseHint.Continued), Token);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_log.Lines, line => line.StartsWith("The cache hit rate of anthropic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workloads_settings_hold_for_whole_conversations()
    {
        var settings = new ProviderConfiguration { Provider = ProviderId.Anthropic, CredentialName = "a", Reuse = ReuseHint.Continued };
        var configuration = settings with
        {
            Reuse = ReuseHint.Single,
            Workloads = new Dictionary<string, WorkloadConfiguration>(StringComparer.Ordinal)
            {
                ["half"] = new() { Name = "half", RolloutPercentage = 50, Settings = settings },
            },
        };
        var client = Client(options => (options.Configuration, options.Workload) = (configuration, "half"), reuse: null);
        var marked = new List<bool>();
        for (var conversation = 0; conversation < 40; conversation++)
        {
            var messages = Conversation(conversation);
            await client.GetResponseAsync(messages, options: null, Token);
            var first = _inner.Sent[^1] != messages;
            messages = [.. messages, new(ChatRole.Assistant, "An answer."), new(ChatRole.User, "And then?")];
            _clock.Advance(TimeSpan.FromSeconds(10));
            await client.GetResponseAsync(messages, options: null, Token);

            Assert.Equal(first, _inner.Sent[^1] != messages);
            marked.Add(first);
        }

        Assert.InRange(marked.Count(isMarked => isMarked), 5, 35);
    }

    [Fact]
    public async Task Caching_that_is_switched_off_asks_nothing()
    {
        var messages = Conversation();
        var configuration = new ProviderConfiguration { Provider = ProviderId.Anthropic, CredentialName = "a", CachingEnabled = false };

        await Client(options => options.Configuration = configuration).GetResponseAsync(messages, options: null, Token);

        Assert.Same(messages, _inner.Sent[^1]);
    }

    [Fact]
    public async Task A_client_that_takes_no_mark_is_measured_and_told_of()
    {
        var messages = Conversation();
        using var client = _inner.UsePromptCaching(_caches, options => options.Terms = options.Terms with { Reuse = ReuseHint.Continued }, _log);

        await client.GetResponseAsync(messages, options: null, Token);

        Assert.Same(messages, _inner.Sent[^1]);
        Assert.Contains(_log.Lines, line => line.StartsWith("Nothing can be asked of the prompt cache", StringComparison.Ordinal));
        Assert.Equal(1, Assert.Single(_caches.Standings()).Calls);
    }

    [Fact]
    public async Task Stands_inside_batching_and_is_refused_around_it()
    {
        await using var world = await CacheWorld.StartAsync();
        using var client = world.Plain("gpt-5.6-sol").UsePromptCaching(world.Engine).UseBudgets(world.Engine).UseBatching(world.Engine);

        Assert.NotNull(client.GetService<PromptCachingChatClient>());
        var around = Assert.Throws<ArgumentException>(() => world.Plain("gpt-5.6-sol").UseBatching(world.Engine).UsePromptCaching(world.Engine));
        Assert.Contains("Put it inside", around.Message, StringComparison.Ordinal);
        var twice = Assert.Throws<ArgumentException>(() => world.Plain("gpt-5.6-sol").UsePromptCaching(world.Engine).UsePromptCaching(world.Engine));
        Assert.Contains("already", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_fault_at_once()
    {
        using var nameless = new SeenClient("somebody", Claude);

        var fault = Assert.Throws<ArgumentException>(() => nameless.UsePromptCaching(_caches, options => (options.Model, options.Credential, options.WarningThreshold, options.Workload) = (" ", "", 2, "w")));

        Assert.Equal(5, fault.Message.Split(Environment.NewLine).Length);
    }

    private static List<ChatMessage> Conversation(int number = 0) =>
        [new(ChatRole.User, string.Join(' ', Enumerable.Range(0, 2_000).Select(word => $"{number}w{word}")))];

    private IChatClient Client(Action<PromptCachingOptions>? configure = null, ReuseHint? reuse = ReuseHint.Continued) => _inner.UsePromptCaching(
        _caches,
        options =>
        {
            options.Mark = (content, lifetime) => (content.AdditionalProperties ??= [])["mark"] = lifetime;
            options.Terms = options.Terms with { Reuse = reuse ?? ReuseHint.Unknown };
            configure?.Invoke(options);
        },
        _log);

    /// <summary>Keeps what reached it.</summary>
    private sealed class SeenClient(string provider, string model) : IChatClient
    {
        public List<IEnumerable<ChatMessage>> Sent { get; } = [];

        public List<List<ChatMessage>> Messages { get; } = [];

        public List<ChatOptions?> Options { get; } = [];

        public Exception? Failure { get; set; }

        public UsageDetails Usage { get; set; } = new() { InputTokenCount = 3_000, OutputTokenCount = 10 };

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Sent.Add(messages);
            Messages.Add([.. messages]);
            Options.Add(options);
            return Failure is null ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "fine")) { Usage = Usage }) : Task.FromException<ChatResponse>(Failure);
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(provider, null, model) : serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }
    }
}
