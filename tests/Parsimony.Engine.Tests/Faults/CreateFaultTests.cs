namespace Parsimony.Engine.Tests;

/// <summary>Faults around the one call of a batch that costs money.</summary>
public sealed class CreateFaultTests
{
    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_batch_the_provider_does_not_know_yet_is_polled_again(string model)
    {
        await using var world = new EngineWorld();
        world.Fault("not_found_after_create", "batch.create", "\"value\":300");

        await world.AskAsync(4, model);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task An_upload_the_create_does_not_see_yet_is_given_time()
    {
        await using var world = new EngineWorld();
        world.Fault("not_found_after_create", "file.upload", "\"value\":60");

        await world.AskAsync(4);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
        Assert.Equal((1, 2), (world.Road.Count("POST /v1/files"), world.Road.Count("POST /v1/batches")));
    }

    [Fact]
    public async Task A_batch_whose_create_reply_was_lost_is_adopted_by_its_key()
    {
        await using var world = new EngineWorld();
        world.Fault("create_reply_lost", "batch.create");

        await world.AskAsync(4);
        var adopted = await world.UntilBatchAsync(BatchState.Running);
        await world.SettleAsync();

        Assert.False(adopted.IsSuspected);
        Assert.Equal(1, world.Road.Count("POST /v1/batches"));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_batch_whose_create_reply_was_lost_is_adopted_as_suspected_until_a_custom_id_proves_it()
    {
        await using var world = new EngineWorld();
        world.Fault("create_reply_lost", "batch.create");

        await world.AskAsync(4, EngineWorld.Anthropic);
        var adopted = await world.UntilBatchAsync(BatchState.Running);
        await world.SettleAsync();

        var collected = await world.Store.Batches.FindAsync(adopted.Id, TestContext.Current.CancellationToken);
        Assert.Equal((true, false), (adopted.IsSuspected, collected?.IsSuspected));
        Assert.Equal(1, world.Road.Count("POST /v1/messages/batches"));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "POST /v1/batches", "GET /v1/batches")]
    [InlineData(EngineWorld.Anthropic, "POST /v1/messages/batches", "GET /v1/messages/batches")]
    public async Task A_create_that_never_arrived_is_sent_again_after_two_searches(string model, string create, string search)
    {
        await using var world = new EngineWorld();
        world.Fault("create_lost", "batch.create");

        await world.AskAsync(4, model);
        await world.SettleAsync();

        Assert.Equal((2, 2), (world.Road.Count(create), world.Road.Count(search)));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_batch_refused_late_for_the_queue_limit_waits_and_is_created_again()
    {
        await using var world = new EngineWorld();
        world.Fault("queue_limit_after_create", "batch.create");

        await world.AskAsync(4);
        await world.SettleAsync();

        Assert.Equal((1, 2), (world.Road.Count("POST /v1/files"), world.Road.Count("POST /v1/batches")));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_batch_refused_at_once_for_the_queue_limit_waits_as_long_as_it_is_told()
    {
        await using var world = new EngineWorld();
        world.Fault("queue_limit_after_create", "batch.create");

        await world.AskAsync(4, EngineWorld.Anthropic);
        await world.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, world.Road.Count("POST /v1/messages/batches"));
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_batch_refused_late_while_its_cancel_was_asked_for_sends_its_items_live()
    {
        // Status calls are rare here, so that the cancel comes first; the refusal then stands in the reply to the cancel.
        await using var world = new EngineWorld(new EngineOptions { PollInterval = TimeSpan.FromHours(2) });
        world.Fault("queue_limit_after_create", "batch.create");

        await world.AskAsync(4, deadline: TimeSpan.FromMinutes(90));
        await world.SettleAsync(withinHours: 4);

        await world.AssertAnsweredAsync(batches: 0, liveCalls: 4);
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI, "POST /v1/batches")]
    [InlineData(EngineWorld.Anthropic, "POST /v1/messages/batches")]
    public async Task A_server_error_on_create_is_looked_into_before_it_is_sent_again(string model, string create)
    {
        await using var world = new EngineWorld();
        world.Fault("server_error", "batch.create", "\"value\":500");

        await world.AskAsync(4, model);
        await world.WorkAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await world.WorkAsync();
        Assert.Equal(BatchState.Submitting, Assert.Single(await world.Store.Batches.ListOpenAsync(null, 10, TestContext.Current.CancellationToken)).State);
        await world.SettleAsync();

        Assert.Equal(2, world.Road.Count(create));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task An_upload_that_broke_is_uploaded_again()
    {
        await using var world = new EngineWorld();
        world.Fault("disconnect_upload", "file.upload", "\"value\":200");

        await world.AskAsync(4);
        await world.SettleAsync();

        Assert.Equal((2, 1), (world.Road.Count("POST /v1/files"), world.Road.Count("POST /v1/batches")));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task A_create_that_broke_in_the_middle_is_looked_for_before_it_is_sent_again()
    {
        await using var world = new EngineWorld();
        world.Fault("disconnect_upload", "batch.create", "\"value\":200");

        await world.AskAsync(4, EngineWorld.Anthropic);
        await world.SettleAsync();

        Assert.Equal((2, 2), (world.Road.Count("POST /v1/messages/batches"), world.Road.Count("GET /v1/messages/batches")));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(100)]
    public async Task A_lost_batch_is_found_although_the_providers_clock_is_off(int seconds)
    {
        await using var world = new EngineWorld();
        world.Fault("create_reply_lost", "batch.create");
        world.Fault("clock_skew", "batch.create", $"\"value\":{seconds}");

        await world.AskAsync(4, EngineWorld.Anthropic);
        await world.SettleAsync();

        Assert.Equal(1, world.Road.Count("POST /v1/messages/batches"));
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }
}
