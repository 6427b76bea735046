using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class BatchingChatClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly ChatWorld _world = new();
    private readonly ListLogger _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_ordinary_await_completes_when_the_engine_has_collected_the_answer()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine);

        var response = await _world.RunUntilAsync(process, chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(Day), Token));

        Assert.NotEmpty(response.Text);
        Assert.Equal(0, plain.Calls);
        Assert.Equal(["batch"], _world.BoughtKinds);
        Assert.True(response.AdditionalProperties!.ContainsKey("parsimony.request"));
    }

    [Theory]
    [InlineData("no_store", "live: constraint no_store")]
    [InlineData("no_batch", "live: constraint no_batch")]
    public async Task A_call_whose_data_may_not_be_batched_or_stored_goes_to_the_inner_client(string constraint, string reason)
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine, logger: _log);

        await chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(Day).WithConstraints(DataConstraints.Parse(constraint)), Token);

        Assert.Equal(1, plain.Calls);
        Assert.Contains(_log.Lines, line => line.Contains(reason, StringComparison.Ordinal));
        Assert.Empty(await process.Engine.Store.Runs.ListAsync(10, Token));
    }

    [Fact]
    public async Task A_call_constrained_to_a_region_never_goes_to_the_inner_client()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine);
        var options = new ChatOptions().WithConstraints(DataConstraints.Parse("region=eu"));

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => chat.GetResponseAsync(ChatWorld.Ask(), options, Token));

        Assert.Equal("region", refused.Code);
        Assert.Equal(0, plain.Calls);
    }

    [Fact]
    public async Task A_call_to_a_provider_that_drains_goes_to_the_inner_client()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine);
        await process.Engine.Store.Switches.SetAsync(
            new ProviderSwitch { Provider = ProviderId.OpenAI, Setting = SwitchSetting.Draining, By = "operator", At = _world.Clock.GetUtcNow() }, Token);

        await chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(Day), Token);

        Assert.Equal(1, plain.Calls);
        Assert.Equal(["live"], _world.BoughtKinds);
    }

    [Fact]
    public async Task An_await_completes_when_another_process_has_collected_the_answer()
    {
        var caller = await _world.StartAsync();
        var engine = await _world.StartAsync();
        var chat = caller.Plain().UseBatching(caller.Engine);

        var response = await _world.RunUntilAsync(engine, chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(Day), Token));

        Assert.NotEmpty(response.Text);
    }

    [Fact]
    public async Task Giving_up_waiting_does_not_cancel_the_request()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);
        using var patience = new CancellationTokenSource();
        var call = chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(Day), patience.Token);

        await patience.CancelAsync();

        var left = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var id = new RequestId(Guid.Parse((string)left.Data["parsimony.request"]!));
        await _world.RunUntilAsync(process, () => _world.BoughtKinds.Any());
        await _world.RunUntilAsync(process, process.Engine.WaitAsync(id, Token));
        Assert.Equal(RequestState.Answered, (await process.Engine.ReadAsync(id, Token))!.Request.State);
    }

    [Fact]
    public async Task A_call_without_a_deadline_is_made_now_by_the_inner_client()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine, logger: _log);

        var response = await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);

        Assert.NotEmpty(response.Text);
        Assert.Equal(1, plain.Calls);
        Assert.Contains(_log.Lines, line => line.Contains("without a deadline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_cannot_be_stored_is_made_now_by_the_inner_client()
    {
        var process = await _world.StartAsync();
        var plain = new CountingClient(new ScriptedClient());
        var chat = plain.UseBatching(process.Engine, logger: _log);
        var options = _world.Within(Day);
        options.RawRepresentationFactory = _ => null;

        await chat.GetResponseAsync(ChatWorld.Ask(), options, Token);

        Assert.Equal(1, plain.Calls);
        Assert.Contains(_log.Lines, line => line.Contains("not storable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deadline_too_near_for_a_batch_goes_live_and_the_log_says_why()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        var chat = plain.UseBatching(process.Engine, logger: _log);

        await chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(TimeSpan.FromMinutes(10)), Token);

        Assert.Equal(1, plain.Calls);
        Assert.Contains(_log.Lines, line => line.Contains("live: 10m00s of room", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_streamed_call_answered_late_yields_the_whole_answer()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);

        var updates = await _world.RunUntilAsync(process, chat.GetStreamingResponseAsync(ChatWorld.Ask(), _world.Within(Day), Token).ToListAsync(Token).AsTask());

        var response = updates.ToChatResponse();
        Assert.NotEmpty(response.Text);
        Assert.NotNull(response.Usage?.OutputTokenCount);
        Assert.All(updates, update => Assert.True(update.AdditionalProperties!.ContainsKey("parsimony.request")));
    }

    [Fact]
    public async Task A_streamed_call_buys_nothing_until_it_is_read()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);

        _ = chat.GetStreamingResponseAsync(ChatWorld.Ask(), _world.Within(Day), Token);

        Assert.Empty(await process.Store.Runs.ListAsync(10, Token));
    }

    [Fact]
    public async Task Fits_a_chain_of_decorators_and_lets_services_through()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        Func<IChatClient, IChatClient> use = client => client.UseBatching(process.Engine);

        var chat = use(plain);

        Assert.Same(plain, chat.GetService<CountingClient>());
        Assert.Same(chat, chat.GetService<BatchingChatClient>());
        Assert.Equal("openai", chat.GetService<ChatClientMetadata>()?.ProviderName);
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_are_refused_with_every_fault()
    {
        var process = await _world.StartAsync();

        var refused = Assert.Throws<ArgumentException>(() => process.Plain().UseBatching(process.Engine, options =>
        {
            options.DefaultDeadline = TimeSpan.Zero;
            options.ListDeadline = TimeSpan.FromHours(-1);
            options.MaxParallelCalls = 0;
        }));

        Assert.All(["DefaultDeadline", "ListDeadline", "MaxParallelCalls"], name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }
}
