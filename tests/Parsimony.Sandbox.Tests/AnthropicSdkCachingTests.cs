using Anthropic;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Sandbox.Tests;

/// <summary>Prompt caching around the official Anthropic SDK's own chat client.</summary>
public sealed class AnthropicSdkCachingTests(ITestOutputHelper output)
{
    private const string Model = "claude-sonnet-5";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_costs_no_more_than_marking_every_prompt_and_leaves_the_messages_alone(bool isStreamed)
    {
        var none = await TalkAsync(client => client, isStreamed);
        var every = await TalkAsync(client => new MarkEvery(client), isStreamed);
        var ours = await TalkAsync(
            (client, clock) => client.UsePromptCaching(
                new PromptCacheAdvisor(PriceList.Default, clock),
                options =>
                {
                    options.Mark = (content, lifetime) => content.WithCacheControl(lifetime > TimeSpan.FromMinutes(5) ? Ttl.Ttl1h : Ttl.Ttl5m);
                    options.Terms = options.Terms with { Reuse = ReuseHint.Continued };
                }),
            isStreamed);

        output.WriteLine($"12 turns, official SDK: none {none}, every prompt marked {every}, planned {ours}");
        Assert.True(ours < none);
        Assert.True(ours <= every);
    }

    private static Task<Int128> TalkAsync(Func<IChatClient, IChatClient> decorate, bool isStreamed) => TalkAsync((client, _) => decorate(client), isStreamed);

    private static async Task<Int128> TalkAsync(Func<IChatClient, TimeProvider, IChatClient> decorate, bool isStreamed)
    {
        var (host, time) = await Given.Host();
        await using var _ = host;
        var sdk = new AnthropicClient { ApiKey = "simulated", BaseUrl = host.AddressOf("anthropic").ToString(), MaxRetries = 0 };
        using var client = decorate(sdk.AsIChatClient(Model), time);
        List<ChatMessage> messages = [new(ChatRole.System, Text("instructions", 1_500))];
        for (var turn = 0; turn < 12; turn++)
        {
            messages.Add(new ChatMessage(ChatRole.User, Text($"question {turn}", 100)));
            var options = new ChatOptions { MaxOutputTokens = 400 };
            var response = isStreamed
                ? await client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token)
                : await client.GetResponseAsync(messages, options, Token);
            Assert.All(messages.SelectMany(message => message.Contents), content => Assert.Null(content.AdditionalProperties));
            messages.Add(new ChatMessage(ChatRole.Assistant, response.Text));
            time.Advance(TimeSpan.FromSeconds(40));
        }

        return host.World.Bill.TotalPico;
    }

    private static string Text(string about, int words) => string.Join(' ', Enumerable.Range(0, words).Select(word => $"{about} {word}"));

    /// <summary>Marks the end of every prompt, on a copy.</summary>
    private sealed class MarkEvery(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetResponseAsync(Marked(messages), options, cancellationToken);

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetStreamingResponseAsync(Marked(messages), options, cancellationToken);

        private static List<ChatMessage> Marked(IEnumerable<ChatMessage> messages)
        {
            List<ChatMessage> all = [.. messages];
            all[^1] = new ChatMessage(all[^1].Role, [new TextContent(all[^1].Text).WithCacheControl(Ttl.Ttl5m)]);
            return all;
        }
    }
}
