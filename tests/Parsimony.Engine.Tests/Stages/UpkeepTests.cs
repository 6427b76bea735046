using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>Cleaner, Repricer and Pruner: what happens after the answers are there.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public async Task The_providers_files_are_deleted_once()
    {
        await using var world = new StageWorld();
        var batch = await CollectedAsync(world);

        await world.RunAsync("cleaner");
        await world.RunAsync("cleaner", TimeSpan.FromDays(1));

        Assert.Equal([batch.ProviderBatchId ?? ""], world.Batches.Cleans);
    }

    [Theory]
    [InlineData(FailureCause.ServerError, 500)]
    [InlineData(FailureCause.Credential, 401)]
    public async Task Files_that_could_not_be_deleted_are_deleted_later(FailureCause cause, int status)
    {
        await using var world = new StageWorld();
        await CollectedAsync(world);
        world.Batches.Clean = _ => new ProviderFailure(FailureStage.Clean, cause, status);
        await world.RunAsync("cleaner");
        world.Batches.Clean = static _ => null;

        await world.RunAsync("cleaner");
        Assert.Single(world.Batches.Cleans);
        await world.RunAsync("cleaner", TimeSpan.FromHours(1));
        await world.RunAsync("cleaner", TimeSpan.FromHours(1));

        Assert.Equal(2, world.Batches.Cleans.Count);
    }

    [Fact]
    public async Task A_batch_nobody_proved_ours_is_never_deleted()
    {
        await using var world = new StageWorld();
        var batch = await world.SuspectedAsync();
        world.Batches.Poll = FakeBatches.Ended;
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        for (var download = 0; download < 3; download++)
        {
            await world.RunAsync("collector", TimeSpan.FromMinutes(1));
        }

        await world.RunAsync("cleaner");

        Assert.Equal(BatchState.Collected, (await world.BatchAsync(batch.Id)).State);
        Assert.Empty(world.Batches.Cleans);
    }

    [Fact]
    public async Task A_price_that_becomes_known_corrects_by_new_rows()
    {
        await using var world = new StageWorld();
        await CollectedAsync(world, request => request with { Profile = Given.Profile("openAI/made-up-model") });
        Assert.Equal(2, await world.RunAsync("repricer"));
        Assert.Equal(2, (await world.LedgerAsync()).Count);

        var model = new ModelId(ProviderId.OpenAI, "made-up-model");
        world.Start(PriceList.Default.With([new PriceOverride { Model = model, Tier = PriceTier.Live, Input = 2m, Output = 8m }, new PriceOverride { Model = model, Tier = PriceTier.Batch, Input = 1m, Output = 4m }]));
        await world.RunAsync("repricer");
        Assert.Equal(0, await world.RunAsync("repricer"));

        var rows = await world.LedgerAsync();
        Assert.Equal((2, 2), (rows.Count(row => row.Entry is { Kind: LedgerKind.Batch, CostUsd: null }), rows.Count(row => row.Entry is { Kind: LedgerKind.Correction, Revision: 1, CostUsd: 0.00014m, BaselineUsd: 0.00028m })));
        Assert.Equal((0.00028m, 0m), await world.TotalsAsync() is var totals ? (totals.SpentUsd, totals.UnknownBoundUsd) : default);
    }

    [Fact]
    public async Task Payloads_go_after_their_days_and_the_ledger_and_hours_stay()
    {
        await using var world = new StageWorld();
        await CollectedAsync(world);

        await world.RunAsync("pruner", TimeSpan.FromDays(29));
        var kept = await world.Store.Requests.ReadAnswerAsync(1, StageWorld.Token);
        world.Clock.Advance(TimeSpan.FromDays(2));
        while (await world.RunAsync("pruner") > 0)
        {
        }

        Assert.NotNull(kept);
        Assert.Null(await world.Store.Requests.ReadAnswerAsync(1, StageWorld.Token));
        Assert.Null(await world.Store.Requests.ReadEnvelopeAsync(1, StageWorld.Token));
        Assert.Equal(RequestState.Answered, (await world.RequestAsync(1)).State);
        Assert.Equal(2, (await world.LedgerAsync()).Count);
        Assert.Equal((0, 2), (await CountAsync(world, RollupPeriod.Minute), await CountAsync(world, RollupPeriod.Hour)));
    }

    [Fact]
    public async Task Hours_stay_when_their_entries_are_gone()
    {
        await using var world = new StageWorld();
        await CollectedAsync(world);
        world.Clock.Advance(TimeSpan.FromDays(401));
        await world.EnqueueAsync(Given.LiveRequest("new") with { Deadline = null });
        await world.RunAsync("sender");

        while (await world.RunAsync("pruner") > 0)
        {
        }

        Assert.Single(await world.LedgerAsync());
        Assert.Equal(3, await CountAsync(world, RollupPeriod.Hour));
    }

    private static async Task<long> CountAsync(StageWorld world, RollupPeriod period)
    {
        var entries = 0L;
        await foreach (var rollup in world.Store.Ledger.ReadRollupsAsync(period, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, StageWorld.Token))
        {
            entries += rollup.Entries;
        }

        return entries;
    }

    private static async Task<Batch> CollectedAsync(StageWorld world, Func<NewRequest, NewRequest>? change = null)
    {
        var batch = await world.RunningAsync(change: change);
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => StageWorld.Lines(batch, 1, 2);
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        await world.RunAsync("collector");
        return await world.BatchAsync(batch.Id);
    }
}
