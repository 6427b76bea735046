using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

public sealed class EngineTakeOverTests
{
    [Fact]
    public async Task Getting_the_engine_lock_frees_what_the_engine_before_had_claimed()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = new ManualClock(Given.Now);
        await using var store = SqliteEngineStore.OpenInMemory(clock: clock);
        await store.Requests.EnqueueAsync([Given.LiveRequest("now"), Given.Request("later")], clock.GetUtcNow(), token);
        await store.Batches.FlushAsync(null, clock.GetUtcNow(), token);
        var lease = new Lease("engine before", clock.GetUtcNow().AddMinutes(15));
        await store.Requests.ClaimForSendAsync(lease, 10, clock.GetUtcNow(), cancellationToken: token);
        await store.Submissions.ClaimAsync(lease, (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), clock.GetUtcNow(), token);
        var mine = lease with { Owner = "engine now" };

        await using var held = await store.Lock.TryAcquireAsync(token);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(held);
        Assert.Single(await store.Requests.ClaimStaleSendsAsync(mine, 10, clock.GetUtcNow(), token));
        Assert.Single(await store.Orphans.ClaimForRescueAsync(mine, 10, clock.GetUtcNow(), clock.GetUtcNow(), token));
    }
}
