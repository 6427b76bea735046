using System.Globalization;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class MeteringChatClientTests : IAsyncDisposable
{
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_live_call_is_booked_once_at_what_the_provider_charges()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseMetering(process.Engine, options => options.Scope = "web");

        await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        await Metering(chat).FlushAsync(Token);
        await Metering(chat).FlushAsync(Token);

        var row = Assert.Single(await process.LedgerAsync());
        var line = Assert.Single(_world.Sandbox.Bill.Lines);
        Assert.Equal(line.AmountPico / 1_000_000_000_000m, row.Entry.CostUsd);
        Assert.Equal((LedgerKind.Live, Route.Live, "openAI/gpt-5-mini"), (row.Entry.Kind, row.Entry.Route, row.Profile.Model.ToString()));
        var totals = await process.Store.Runs.ReadTotalsAsync("web", Token);
        Assert.Equal((1L, 1L, 0L, row.Entry.CostUsd ?? 0m), (totals!.Total, totals.Answered, totals.Open, totals.SpentUsd));
    }

    [Fact]
    public async Task A_streamed_call_is_booked_once_at_what_the_provider_charges()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseMetering(process.Engine);

        var updates = await chat.GetStreamingResponseAsync(ChatWorld.Ask(), cancellationToken: Token).ToListAsync(Token);
        await Metering(chat).FlushAsync(Token);

        Assert.NotEmpty(updates.ToChatResponse().Text);
        var row = Assert.Single(await process.LedgerAsync());
        Assert.Equal(Assert.Single(_world.Sandbox.Bill.Lines).AmountPico / 1_000_000_000_000m, row.Entry.CostUsd);
    }

    [Theory]
    [InlineData(false, ChatWorld.Model, "0.009", CostBasis.Computed)]
    [InlineData(true, ChatWorld.Model, "0.009", CostBasis.Computed)]
    [InlineData(false, "a-model-without-a-price", "0.009", CostBasis.Told)]
    [InlineData(true, "a-model-without-a-price", "0.009", CostBasis.Told)]
    public async Task What_the_provider_says_it_charged_is_kept_and_counts_where_there_is_no_price(bool isStreamed, string model, string charge, CostBasis basis)
    {
        var told = decimal.Parse(charge, CultureInfo.InvariantCulture);
        var process = await _world.StartAsync();
        var answering = new ScriptedClient { Metadata = new("openai", null, model) };
        answering.Answer = () => new ChatResponse(new ChatMessage(ChatRole.Assistant, "fine"))
        {
            Usage = new UsageDetails { InputTokenCount = 1_000, OutputTokenCount = 100 },
            AdditionalProperties = new() { [ReportedCharge.Key] = told },
        };
        var chat = answering.UseMetering(process.Engine);

        _ = isStreamed
            ? await chat.GetStreamingResponseAsync(ChatWorld.Ask(), cancellationToken: Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        await Metering(chat).FlushAsync(Token);

        var entry = Assert.Single(await process.LedgerAsync()).Entry;
        Assert.Equal((told, basis), (entry.ReportedUsd, entry.Basis));
        Assert.Equal(basis == CostBasis.Told, entry.CostUsd == told);
    }

    [Fact]
    public async Task Entries_are_written_together_after_the_commit_interval()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient().UseMetering(process.Engine);
        for (var i = 0; i < 5; i++)
        {
            await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        }

        var before = await process.LedgerAsync();
        while ((await process.LedgerAsync()).Count == 0)
        {
            _world.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.Empty(before);
        Assert.Equal(5, (await process.LedgerAsync()).Count);
    }

    [Fact]
    public async Task Disposing_writes_what_is_left()
    {
        var process = await _world.StartAsync();
        using (var chat = new ScriptedClient().UseMetering(process.Engine))
        {
            await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        }

        Assert.Single(await process.LedgerAsync());
    }

    [Fact]
    public async Task Calls_that_batching_inside_answers_are_left_to_the_engine()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine).UseMetering(process.Engine);
        var options = _world.Within(TimeSpan.FromHours(24));

        await _world.RunUntilAsync(process, chat.GetResponseAsync(ChatWorld.Ask("one"), options, Token));
        await _world.RunUntilAsync(process, chat.GetStreamingResponseAsync(ChatWorld.Ask("two"), options, Token).ToListAsync(Token).AsTask());
        await Metering(chat).FlushAsync(Token);

        var rows = await process.LedgerAsync();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(LedgerKind.Batch, row.Entry.Kind));
    }

    [Fact]
    public async Task A_batched_call_nobody_waits_for_any_more_is_left_to_the_engine()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine).UseMetering(process.Engine);
        using var patience = new CancellationTokenSource();
        var call = chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(TimeSpan.FromHours(24)), patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Metering(chat).FlushAsync(Token);

        Assert.Empty(await process.LedgerAsync());
    }

    [Fact]
    public async Task A_call_that_breaks_without_a_word_is_booked_with_unknown_cost_and_a_bound()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient { Answer = () => throw new IOException("broken") }.UseMetering(process.Engine);

        await Assert.ThrowsAsync<IOException>(() => chat.GetResponseAsync(ChatWorld.Ask(), new ChatOptions { MaxOutputTokens = 50 }, Token));
        await Metering(chat).FlushAsync(Token);

        var entry = Assert.Single(await process.LedgerAsync()).Entry;
        Assert.Null(entry.CostUsd);
        Assert.True(entry.UpperBoundUsd > 0);
    }

    [Fact]
    public async Task A_call_known_not_to_be_accepted_is_not_booked()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient
        {
            Answer = () => throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Send, FailureCause.InvalidRequest, Status: 400)),
        }.UseMetering(process.Engine);

        await Assert.ThrowsAsync<ProviderException>(() => chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token));
        await Metering(chat).FlushAsync(Token);

        Assert.Empty(await process.LedgerAsync());
    }

    [Fact]
    public async Task A_stream_left_before_its_usage_came_is_booked_with_unknown_cost()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient().UseMetering(process.Engine);

        await foreach (var _ in chat.GetStreamingResponseAsync(ChatWorld.Ask(), cancellationToken: Token))
        {
            break;
        }

        await Metering(chat).FlushAsync(Token);
        var row = Assert.Single(await process.LedgerAsync());
        Assert.Null(row.Entry.CostUsd);
        var request = await process.Store.Requests.FindAsync(row.RequestId, Token);
        Assert.Equal((RequestState.Cancelled, "send.abandoned"), (request!.State, request.FailureCode));
    }

    [Fact]
    public async Task A_stream_that_breaks_is_booked_with_unknown_cost()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient { BreaksAfterFirstUpdate = new IOException("broken") }.UseMetering(process.Engine);

        await Assert.ThrowsAsync<IOException>(async () => await chat.GetStreamingResponseAsync(ChatWorld.Ask(), cancellationToken: Token).ToListAsync(Token));
        await Metering(chat).FlushAsync(Token);

        Assert.Null(Assert.Single(await process.LedgerAsync()).Entry.CostUsd);
    }

    [Fact]
    public async Task A_booked_call_is_answered_and_has_no_payload()
    {
        var process = await _world.StartAsync();
        var chat = new ScriptedClient().UseMetering(process.Engine);
        await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        await Metering(chat).FlushAsync(Token);

        var row = Assert.Single(await process.LedgerAsync());
        var reply = await process.Engine.ReadAsync(row.RequestId, Token);

        Assert.Equal(RequestState.Answered, reply!.Request.State);
        Assert.Null(reply.Body);
        Assert.Null(await process.Store.Requests.ReadEnvelopeAsync(reply.Request.Sequence, Token));
    }

    [Fact]
    public async Task Booking_a_call_again_changes_nothing()
    {
        var process = await _world.StartAsync();
        using var attempt = new MeteredAttempt(process.Engine.NewId(), ModelId.Parse("openAI/gpt-5-mini"), hasModel: true, _world.Clock);
        attempt.See(new ScriptedClient().Answer());
        var call = attempt.End(new MeteringOptions(), process.Engine.Prices, () => null)!;

        await process.Store.Settlements.BookLiveAsync([call], _world.Clock.GetUtcNow(), Token);
        await process.Store.Settlements.BookLiveAsync([call, call], _world.Clock.GetUtcNow(), Token);

        Assert.Single(await process.LedgerAsync());
        Assert.Equal(1, (await process.Store.Runs.ReadTotalsAsync("live", Token))!.Total);
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_are_refused_with_every_fault()
    {
        var process = await _world.StartAsync();
        var client = new ScriptedClient { Metadata = new ChatClientMetadata("somebody", null, "m") };

        var refused = Assert.Throws<ArgumentException>(() => client.UseMetering(process.Engine, options =>
        {
            options.Scope = "";
            options.CommitInterval = TimeSpan.Zero;
            options.Model = " ";
        }));

        Assert.All(["Scope", "CommitInterval", "Model", "somebody"], name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fits_a_chain_of_decorators_and_lets_services_through()
    {
        var process = await _world.StartAsync();
        var plain = process.Plain();
        Func<IChatClient, IChatClient> use = client => client.UseMetering(process.Engine);

        Assert.Same(plain, use(plain).GetService<CountingClient>());
    }

    private static MeteringChatClient Metering(IChatClient chat) => chat.GetService<MeteringChatClient>()!;
}
