using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class BudgetChatClientTests : IAsyncDisposable
{
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatOptions Small => new() { MaxOutputTokens = 100 };

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_call_is_reserved_while_it_is_made_and_spent_afterwards()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        BudgetUse? during = null;
        var inner = new ScriptedClient();
        var answer = inner.Answer;
        inner.Answer = () =>
        {
            during = Use(process);
            return answer();
        };
        var chat = Guarded(inner, process);

        await chat.GetResponseAsync(ChatWorld.Ask(), Small, Token);
        await FlushAsync(chat);

        Assert.True(during is { ReservedUsd: > 0m, SpentUsd: 0m });
        var entry = Assert.Single(await process.LedgerAsync()).Entry;
        Assert.Equal((entry.CostUsd ?? 0m, 0m), (Use(process).SpentUsd, Use(process).ReservedUsd));
        Assert.InRange(entry.CostUsd ?? 0m, 0.000001m, 1m);
    }

    [Fact]
    public async Task A_call_without_room_is_not_made()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 0.00001m);
        var calls = 0;
        var inner = new ScriptedClient();
        var answer = inner.Answer;
        inner.Answer = () =>
        {
            calls++;
            return answer();
        };
        var chat = Guarded(inner, process);

        var refusal = await Assert.ThrowsAsync<BudgetExceededException>(() => chat.GetResponseAsync(ChatWorld.Ask(), Small, Token));
        await Assert.ThrowsAsync<BudgetExceededException>(() => chat.GetStreamingResponseAsync(ChatWorld.Ask(), Small, Token).ToListAsync(Token).AsTask());

        Assert.Contains("daily budget of tenant acme", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, calls);
        Assert.Equal(0m, Use(process).CommittedUsd);
    }

    [Fact]
    public async Task A_streamed_call_is_reserved_and_spent_too()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        var chat = Guarded(new ScriptedClient(), process);

        var reserved = 0m;
        await foreach (var update in chat.GetStreamingResponseAsync(ChatWorld.Ask(), Small, Token))
        {
            reserved = Math.Max(reserved, Use(process).ReservedUsd);
        }

        await FlushAsync(chat);
        Assert.True(reserved > 0m);
        Assert.True(Use(process) is { ReservedUsd: 0m, SpentUsd: > 0m });
    }

    [Fact]
    public async Task What_is_known_not_to_have_been_accepted_gives_its_reserve_back()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        var chat = Guarded(new ScriptedClient { Answer = () => throw new HttpRequestException("no", null, System.Net.HttpStatusCode.TooManyRequests) }, process);

        await Assert.ThrowsAsync<HttpRequestException>(() => chat.GetResponseAsync(ChatWorld.Ask(), Small, Token));
        await FlushAsync(chat);

        Assert.Equal(0m, Use(process).CommittedUsd);
        Assert.Empty(await process.LedgerAsync());
    }

    [Fact]
    public async Task What_may_have_been_billed_counts_by_its_bound()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        var chat = Guarded(new ScriptedClient { Answer = () => throw new TimeoutException() }, process);

        await Assert.ThrowsAsync<TimeoutException>(() => chat.GetResponseAsync(ChatWorld.Ask(), Small, Token));
        await FlushAsync(chat);

        Assert.True(Use(process) is { ReservedUsd: 0m, SpentUsd: 0m, UnknownBoundUsd: > 0m });
    }

    [Fact]
    public async Task A_call_whose_process_died_is_booked_by_the_engine_when_its_reservation_is_over()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        var never = new TaskCompletionSource();
        var chat = Guarded(new ScriptedClient { Answer = () => { never.Task.Wait(Token); throw new TimeoutException(); } }, process);
        var call = chat.GetResponseAsync(ChatWorld.Ask(), Small, Token);
        while (Use(process).ReservedUsd == 0m)
        {
            await Task.Yield();
        }

        var bound = Use(process).ReservedUsd;
        _world.Clock.Advance(TimeSpan.FromMinutes(11));
        await new BudgetWatcher(process.Runtime.Context).RunOnceAsync(_world.Clock.GetUtcNow(), Token);

        Assert.Equal((0m, bound), (Use(process).ReservedUsd, Use(process).UnknownBoundUsd));
        never.SetResult();
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        await FlushAsync(chat);
        Assert.Equal(bound, Use(process).CommittedUsd);
    }

    [Fact]
    public async Task A_level_that_is_reached_is_logged_once()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 0.0005m);
        await Guarded(new ScriptedClient(), process).GetResponseAsync(ChatWorld.Ask(), Small, Token);
        var logger = new ListLogger();
        var watcher = new BudgetWatcher(process.Runtime.Context with { Logger = logger });

        await watcher.RunOnceAsync(_world.Clock.GetUtcNow(), Token);
        await watcher.RunOnceAsync(_world.Clock.GetUtcNow(), Token);

        Assert.Contains("daily budget of tenant acme reached", Assert.Single(logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queued_calls_reserve_by_themselves_inside_the_same_budget()
    {
        var process = await _world.StartAsync();
        await SetAsync(process, 1m);
        var dimensions = new RequestDimensions(Tenant: "acme");
        var chat = process.Plain().UseBudgets(process.Engine, options => options.Dimensions = dimensions)
            .UseBatching(process.Engine, options => options.Dimensions = dimensions);

        var call = chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(TimeSpan.FromHours(30)), Token);
        while (Use(process).ReservedUsd == 0m)
        {
            await Task.Yield();
        }

        await _world.RunUntilAsync(process, call);
        Assert.True(Use(process) is { ReservedUsd: 0m, SpentUsd: > 0m });

        await SetAsync(process, 0m);
        await Assert.ThrowsAsync<BudgetExceededException>(() => chat.GetResponseAsync(ChatWorld.Ask("Another?"), _world.Within(TimeSpan.FromHours(30)), Token));
    }

    [Fact]
    public async Task The_wrong_place_in_the_chain_is_refused()
    {
        var process = await _world.StartAsync();

        Assert.Contains("inside", Assert.Throws<ArgumentException>(() => process.Plain().UseBatching(process.Engine).UseBudgets(process.Engine)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => process.Plain().UseMetering(process.Engine).UseBudgets(process.Engine)).Message, StringComparison.Ordinal);
        Assert.Contains("UseBudgets", Assert.Throws<ArgumentException>(() => process.Plain().UseBudgets(process.Engine).UseMetering(process.Engine)).Message, StringComparison.Ordinal);
    }

    private static IChatClient Guarded(IChatClient inner, Process process) =>
        inner.UseBudgets(process.Engine, options => options.Dimensions = new RequestDimensions(Tenant: "acme"));

    private static Task FlushAsync(IChatClient chat) => chat.GetService<MeteringChatClient>()?.FlushAsync(Token) ?? Task.CompletedTask;

    private Task SetAsync(Process process, decimal limit) => process.Store.Budgets.SetAsync(
        new Budget { Dimension = BudgetDimension.Tenant, Value = "acme", Period = BudgetPeriod.Day, LimitUsd = limit }, _world.Clock.GetUtcNow(), Token);

    // The store works on the caller's thread.
    private static BudgetUse Use(Process process) => Assert.Single(process.Store.Budgets.ReadUsesAsync(Day, Token).GetAwaiter().GetResult());

    private static DateTimeOffset Day { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
}
