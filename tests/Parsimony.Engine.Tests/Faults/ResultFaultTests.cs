namespace Parsimony.Engine.Tests;

/// <summary>Faults of result files.</summary>
public sealed class ResultFaultTests
{
    [Theory]
    [InlineData("results_shuffled", EngineWorld.OpenAI)]
    [InlineData("results_shuffled", EngineWorld.Anthropic)]
    public async Task Results_in_any_order_reach_their_requests(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(10, model, [new(fault)], options: new EngineOptions { SettleChunk = 3 });

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("result_duplicated", EngineWorld.OpenAI)]
    [InlineData("result_duplicated", EngineWorld.Anthropic)]
    public async Task A_line_that_comes_twice_counts_once(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new(fault)], options: new EngineOptions { SettleChunk = 2 });

        Assert.Equal(5, (await world.EntriesAsync()).Count);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("result_unknown_id", EngineWorld.OpenAI)]
    [InlineData("result_unknown_id", EngineWorld.Anthropic)]
    public async Task A_line_nobody_asked_for_is_left_out(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new(fault)]);

        Assert.Equal(5, (await world.EntriesAsync()).Count);
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("results_bom", EngineWorld.OpenAI)]
    [InlineData("results_crlf", EngineWorld.OpenAI)]
    [InlineData("results_bom", EngineWorld.Anthropic)]
    [InlineData("results_crlf", EngineWorld.Anthropic)]
    public async Task Byte_order_marks_and_carriage_returns_are_no_part_of_a_line(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new(fault)]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("result_huge", EngineWorld.OpenAI)]
    [InlineData("result_huge", EngineWorld.Anthropic)]
    public async Task A_line_of_twenty_megabytes_is_read_like_any_other(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(3, model, [new(fault)]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData("result_missing", EngineWorld.OpenAI, "/content")]
    [InlineData("result_missing", EngineWorld.Anthropic, "/results")]
    [InlineData("result_malformed", EngineWorld.OpenAI, "/content")]
    public async Task A_line_that_stays_away_is_bought_again_once_and_booked_as_a_possible_duplicate(string fault, string model, string download)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new(fault)]);

        var unknown = Assert.Single(await world.EntriesAsync(), entry => entry.CostUsd is null);
        Assert.Equal(unknown.Sequence, Assert.Single(await world.EntriesAsync(LedgerKind.PossibleDuplicate)).Sequence);
        Assert.Equal(3, world.Road.CountEnding(download));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 1);
    }

    [Theory]
    [InlineData("result_truncated", EngineWorld.OpenAI)]
    [InlineData("result_truncated", EngineWorld.Anthropic)]
    public async Task A_file_cut_short_is_read_again_before_anything_is_bought(string fault, string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new(fault)]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_batch_with_nothing_but_errors_fails_its_items_and_costs_nothing(string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new("empty_output", "batch.create")]);

        Assert.All(await world.RequestsAsync(), request => Assert.Equal((RequestState.Failed, "item.invalid_request"), (request.State, request.FailureCode)));
        Assert.Empty(world.Sandbox.Bill.Lines);
        await world.AssertBooksAgreeAsync();
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "file.content")]
    [InlineData(EngineWorld.Anthropic, "batch.results")]
    public async Task A_download_that_broke_is_read_again_from_the_start(string model, string operation)
    {
        await using var world = await EngineWorld.PlayAsync(8, model, [new("disconnect_download", operation, "\"times\":4,\"value\":1500")], options: new EngineOptions { SettleChunk = 2 });

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "file.content")]
    [InlineData(EngineWorld.Anthropic, "batch.results")]
    public async Task Results_that_cannot_be_found_soon_after_the_end_may_only_lag(string model, string operation)
    {
        await using var world = await EngineWorld.PlayAsync(4, model, [new("not_found_after_create", operation, "\"times\":5")]);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task Results_that_come_byte_by_byte_are_read_to_their_end()
    {
        await using var world = await EngineWorld.PlayAsync(3, EngineWorld.OpenAI, [new("slow_bytes", "file.content", "\"value\":500")], isSlow: true);

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_refused_item_fails_alone_and_is_not_tried_live(string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new("refuse_item", "batch.create")]);

        Assert.Equal("item.invalid_request", Assert.Single(await world.RequestsAsync(), request => request.State == RequestState.Failed).FailureCode);
        Assert.Equal((4, 0), (world.BatchLinesBought, world.LiveCallsBought));
        await world.AssertBooksAgreeAsync();
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task An_item_the_provider_failed_at_is_tried_live(string model)
    {
        await using var world = await EngineWorld.PlayAsync(5, model, [new("item_server_error", "batch.create")]);

        Assert.Equal(4, world.BatchLinesBought);
        Assert.Empty(await world.EntriesAsync(LedgerKind.PossibleDuplicate));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 1);
    }
}
