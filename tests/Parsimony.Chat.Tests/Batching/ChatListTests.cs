using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class ChatListTests : IAsyncDisposable
{
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Equal_calls_of_a_list_are_bought_one_by_one()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);

        var results = await RunAsync(process, chat, [.. Enumerable.Repeat("the same", 3), "another"]);

        Assert.Equal([0, 1, 2, 3], results.Select(result => result.Index).Order());
        Assert.Equal(4, results.Select(result => result.Require().AdditionalProperties!["parsimony.request"]).Distinct().Count());
        Assert.Equal(4, _world.Sandbox.Bill.Lines.Count);
        Assert.All(_world.BoughtKinds, kind => Assert.Equal("batch", kind));
    }

    [Fact]
    public async Task A_call_that_fails_is_told_in_its_place_and_stops_no_other()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);
        _world.Sandbox.Faults.Append("""{"rules":[{"fault":"refuse_item","times":1}]}""");

        var results = await RunAsync(process, chat, ["one", "two", "three"]);

        var failed = Assert.Single(results, result => result.Exception is not null);
        Assert.IsType<RequestFailedException>(failed.Exception);
        Assert.Throws<InvalidOperationException>(failed.Require);
        Assert.Equal(2, results.Count(result => result.Response is not null));
    }

    [Fact]
    public async Task The_same_list_under_the_same_name_is_bought_once_across_a_restart()
    {
        var before = await _world.StartAsync();
        var first = await RunAsync(before, before.Plain().UseBatching(before.Engine), ["one", "two", "two"], "nightly");
        await before.DisposeAsync();

        var after = await _world.StartAsync();
        var second = await RunAsync(after, after.Plain().UseBatching(after.Engine), ["one", "two", "two"], "nightly");

        Assert.Equal(3, _world.Sandbox.Bill.Lines.Count);
        Assert.Equal(Texts(first), Texts(second));
    }

    [Fact]
    public async Task Without_batching_the_calls_are_made_side_by_side_within_a_bound()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        plain.Before = async () => await Task.Yield();

        var results = await plain.GetResponsesAsync(Enumerable.Range(0, 50).Select(i => ChatWorld.Ask($"question {i}")), cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(50, results.Count(result => result.Response is not null));
        Assert.Equal(50, plain.Calls);
        Assert.InRange(plain.Most, 2, new BatchingOptions().MaxParallelCalls);
    }

    [Fact]
    public async Task A_call_that_runs_into_its_own_time_limit_is_that_calls_failure()
    {
        var asked = 0;
        var client = new ScriptedClient();
        var answer = client.Answer;
        client.Answer = () => Interlocked.Increment(ref asked) == 2 ? throw new TaskCanceledException("timed out") : answer();

        var results = await client.GetResponsesAsync([ChatWorld.Ask("a"), ChatWorld.Ask("b"), ChatWorld.Ask("c")], cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(2, results.Count(result => result.Response is not null));
        Assert.IsType<TaskCanceledException>(Assert.Single(results, result => result.Exception is not null).Exception);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_on_ends_with_its_exception()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await chat.GetResponsesAsync(Broken(), cancellationToken: Token).ToListAsync(Token));

        static IEnumerable<ChatMessage[]> Broken()
        {
            yield return ChatWorld.Ask("one");
            throw new InvalidDataException("line 2");
        }
    }

    [Fact]
    public async Task A_long_list_waits_without_asking_for_each_of_its_rows()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);
        using var left = new CancellationTokenSource();
        var list = chat.GetResponsesAsync(Enumerable.Range(0, 5_000).Select(i => ChatWorld.Ask($"question {i}")), scope: "long", cancellationToken: left.Token)
            .ToListAsync(left.Token).AsTask();
        while ((await process.Store.Runs.ReadTotalsAsync("long", Token))?.Total != 5_000)
        {
            await Task.Yield();
        }

        // One timer for the list, whatever its length.
        Assert.InRange(_world.Clock.WaitingTimers, 0, 3);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => list);
        Assert.Equal(5_000, (await process.Store.Runs.ReadTotalsAsync("long", Token))!.Open);
    }

    private static IEnumerable<string> Texts(IEnumerable<ChatListResult> results) => results.OrderBy(result => result.Index).Select(result => result.Require().Text);

    private async Task<List<ChatListResult>> RunAsync(Process process, IChatClient chat, IReadOnlyList<string> questions, string? scope = null) =>
        await _world.RunUntilAsync(
            process, chat.GetResponsesAsync(questions.Select(ChatWorld.Ask), new ChatOptions { MaxOutputTokens = 50 }, scope, Token).ToListAsync(Token).AsTask());
}
