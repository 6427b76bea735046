using System.Globalization;
using Microsoft.Extensions.AI;
using Parsimony.Sandbox.Model;

namespace Parsimony.Chat.Tests;

/// <summary>What the providers bill for the same traffic: without caching, with every prompt marked, and planned. The numbers of docs/caching.md.</summary>
public sealed class CachingBillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("claude-sonnet-5", ReuseHint.Continued)]
    [InlineData("claude-sonnet-5-5", ReuseHint.Continued)]
    [InlineData("gpt-5.6-sol", ReuseHint.Continued)]
    [InlineData("gpt-5-mini", ReuseHint.Continued)]
    [InlineData("claude-sonnet-5", null)]
    [InlineData("gpt-5.6-sol", null)]
    public async Task A_conversation_of_twelve_turns(string model, ReuseHint? hint)
    {
        var (none, every, ours) = await CompareAsync("12 turns", model, hint, async (client, clock) =>
        {
            List<ChatMessage> messages = [new(ChatRole.System, Text("instructions", 1_500))];
            for (var turn = 0; turn < 12; turn++)
            {
                messages.Add(new ChatMessage(ChatRole.User, Text($"question {turn}", 200)));
                var response = await client.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = 400 }, Token);
                messages.AddRange(response.Messages);
                clock.Advance(Pause);
            }
        });

        Assert.True(ours <= none);
        // Without a word nobody knows that the first prompt will be continued; from the second on it is seen.
        Assert.True(hint is null ? ours < (none + every) / 2 : ours <= every);
    }

    [Theory]
    [InlineData("claude-sonnet-5", null)]
    [InlineData("claude-sonnet-5", ReuseHint.Shared)]
    [InlineData("gpt-5.6-sol", null)]
    [InlineData("gpt-5.6-sol", ReuseHint.Shared)]
    [InlineData("gpt-5-mini", null)]
    public async Task Fifty_questions_over_one_instruction_of_six_thousand_tokens(string model, ReuseHint? hint)
    {
        var (none, every, ours) = await CompareAsync("50 questions", model, hint, async (client, clock) =>
        {
            var instruction = Text("instruction", 6_000);
            for (var question = 0; question < 50; question++)
            {
                await client.GetResponseAsync(
                    [new(ChatRole.System, instruction), new(ChatRole.User, Text($"document {question}", 150))], new ChatOptions { MaxOutputTokens = 100 }, Token);
                clock.Advance(Pause);
            }
        });

        Assert.True(ours <= none);
        // Without a word nobody knows of the first prompt that its instruction will come back; from the second on it is seen. OpenAI writes it unasked.
        Assert.True(hint is null && model.StartsWith("gpt-5.6", StringComparison.Ordinal) ? ours < 1.07m * every : ours <= every);
    }

    [Theory]
    [InlineData("claude-sonnet-5")]
    [InlineData("gpt-5.6-sol")]
    public async Task Prompts_that_are_one_of_a_kind_are_written_to_no_cache(string model)
    {
        var written = -1L;
        var (none, every, ours) = await CompareAsync(
            "60 one-off prompts", model, hint: null,
            async (client, clock) =>
            {
                for (var prompt = 0; prompt < 60; prompt++)
                {
                    await client.GetResponseAsync([new(ChatRole.User, Text($"unlike {prompt}", 2_000))], new ChatOptions { MaxOutputTokens = 100 }, Token);
                    clock.Advance(Pause);
                }
            },
            world => written = world.Sandbox.Bill.Lines.Sum(line => line.Usage.CacheWriteShort + line.Usage.CacheWriteLong));

        Assert.Equal(0, written);
        Assert.Equal(none, ours);
        Assert.True(ours < every);
    }

    [Theory]
    [InlineData("claude-sonnet-5")]
    [InlineData("gpt-5.6-sol")]
    [InlineData("gpt-5-mini")]
    public async Task A_loop_of_tools(string model)
    {
        var (none, every, ours) = await CompareAsync("8 tool rounds", model, hint: null, async (client, clock) =>
        {
            var look = AIFunctionFactory("look", () =>
            {
                clock.Advance(TimeSpan.FromSeconds(20));
                return Text("found", 400);
            });
            using var loop = new ToolLoopClient(client, rounds: 8);
            await loop.GetResponseAsync(
                [new(ChatRole.System, Text("agent", 3_000)), new(ChatRole.User, "Find it.")],
                new ChatOptions { Tools = [look], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 200 },
                Token);
        });

        Assert.True(ours <= none);
        Assert.True(ours <= every);
    }

    [Theory]
    [InlineData("claude-sonnet-5")]
    [InlineData("gpt-5.6-sol")]
    public async Task Of_many_calls_at_once_one_goes_first_where_their_deadline_leaves_time(string model)
    {
        var (alone, _) = await FanOutAsync(model, TimeSpan.Zero);
        var (together, lines) = await FanOutAsync(model, TimeSpan.FromSeconds(30));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| 20 questions at once | {model} | Shared | {alone:f4} | {together:f4} |"));
        Assert.Equal(1, lines.Count(line => line.Usage.CacheWriteShort > 0));
        Assert.Equal(19, lines.Count(line => line.Usage.CacheRead > 0));
        Assert.True(together < alone / 3);
    }

    private static async Task<(decimal BillUsd, IReadOnlyList<BillLine> Lines)> FanOutAsync(string model, TimeSpan patience)
    {
        await using var world = await CacheWorld.StartAsync();
        using var slow = new HeldClient(world.Plain(model));
        using var client = slow.UsePromptCaching(world.Engine, options =>
        {
            (options.Provider, options.Model, options.Patience) = (CacheWorld.ProviderOf(model), model, patience);
            options.Terms = options.Terms with { Reuse = ReuseHint.Shared };
        });
        var instruction = Text("instruction", 6_000);
        var calls = Enumerable.Range(0, 20).Select(question => Task.Run(
            () => client.GetResponseAsync(
                [new(ChatRole.System, instruction), new(ChatRole.User, Text($"document {question}", 150))],
                new ChatOptions { MaxOutputTokens = 100 }.WithDeadline(world.Clock.GetUtcNow().AddHours(1)),
                Token),
            Token)).ToList();

        // Either all of them are answered together, or one is, and the others wait for it: each on a timer.
        var first = patience > TimeSpan.Zero ? 1 : calls.Count;
        while (slow.Held < first || world.Clock.WaitingTimers < calls.Count - first)
        {
            await Task.Delay(1, Token);
        }

        world.Clock.Advance(TimeSpan.FromSeconds(5));
        slow.Release();
        await Task.WhenAll(calls);
        return (world.BillUsd, world.Sandbox.Bill.Lines);
    }

    private static AIFunction AIFunctionFactory(string name, Func<string> invoke) => new PlainFunction(name, invoke);

    /// <summary>Distinct words, about four characters a token.</summary>
    private static string Text(string about, int tokens) =>
        string.Join(' ', Enumerable.Range(0, tokens).Select(word => string.Create(CultureInfo.InvariantCulture, $"{about} {word:d4}")))[..(tokens * 4)];

    private async Task<(decimal None, decimal Every, decimal Ours)> CompareAsync(
        string what, string model, ReuseHint? hint, Func<IChatClient, Testing.ManualClock, Task> traffic, Action<CacheWorld>? look = null)
    {
        // Where marks do not exist, or the provider marks every prompt unless told, its own way is the one without a word.
        var every = CacheWorld.ProviderOf(model) == ProviderId.OpenAI ? CacheControl.None : new CacheControl { Marks = [new CacheMark(int.MaxValue, TimeSpan.FromMinutes(5))] };
        var none = await BillAsync(client => new FixedCacheClient(client, CacheControl.Declined));
        var marked = await BillAsync(client => new FixedCacheClient(client, every));
        await using var world = await CacheWorld.StartAsync();
        await using (var client = (MeteringChatClient)world.Plain(model)
            .UsePromptCaching(world.Engine, options => options.Terms = options.Terms with { Reuse = hint ?? ReuseHint.Unknown })
            .UseMetering(world.Engine))
        {
            await traffic(client, world.Clock);
        }

        look?.Invoke(world);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {model} | {hint?.ToString() ?? "none"} | {none:f4} | {marked:f4} | {world.BillUsd:f4} |"));
        Assert.Equal(world.BillUsd, await world.LedgerUsdAsync());
        return (none, marked, world.BillUsd);

        async Task<decimal> BillAsync(Func<IChatClient, IChatClient> decorate)
        {
            await using var other = await CacheWorld.StartAsync();
            using var client = decorate(other.Plain(model));
            await traffic(client, other.Clock);
            return other.BillUsd;
        }
    }

    private sealed class PlainFunction(string name, Func<string> invoke) : AIFunction
    {
        public override string Name => name;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => ValueTask.FromResult<object?>(invoke());
    }
}
