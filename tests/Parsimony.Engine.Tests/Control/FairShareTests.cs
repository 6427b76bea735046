namespace Parsimony.Engine.Tests;

/// <summary>Tenants share a tight queue and the live calls in turn.</summary>
public sealed class FairShareTests
{
    [Fact]
    public async Task Thousands_of_one_tenant_do_not_delay_ten_of_another()
    {
        // A queue for two batches, and twenty of one tenant waiting before the other comes.
        await using var world = new EngineWorld(connect: static connection => connection with { MaxBatchRequests = 100, MaxQueuedRequests = 200 });
        await world.AskAsync(2_000, tenant: "many");
        await world.PassAsync(TimeSpan.FromMinutes(2));
        await world.AskAsync(10, tenant: "few");
        await world.SettleAsync(withinHours: 20);

        var finished = (await world.RequestsAsync()).OrderBy(request => request.FinishedAt).ToList();
        var before = finished.FindLastIndex(request => request.Profile.Tenant == "few") - 9;
        Assert.InRange(before, 0, 400);
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_batch_that_needs_the_whole_queue_is_not_passed_for_ever()
    {
        await using var world = new EngineWorld(connect: static connection => connection with { MaxBatchRequests = 100, MaxQueuedRequests = 100 });
        await world.AskAsync(60, tenant: "first");
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.AskAsync(100, tenant: "large");
        for (var minute = 0; minute < 90; minute += 3)
        {
            // Small ones keep coming that would fit beside what runs.
            await world.AskAsync(3, tenant: "small");
            await world.PassAsync(TimeSpan.FromMinutes(3));
        }

        Assert.Contains(await world.RequestsAsync(), request => request is { Profile.Tenant: "large", State: RequestState.Answered });
    }
}
