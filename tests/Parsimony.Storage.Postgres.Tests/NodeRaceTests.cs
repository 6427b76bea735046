using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Several engines work on one database at the same time, and leases are measured by its clock.</summary>
public sealed class NodeRaceTests(PostgresServer server) : IAsyncDisposable
{
    private const int Nodes = 4;

    private static readonly LaneLimits OfOne = new(1, 1_000_000, null, OneModelPerBatch: false, VarySize: false);
    private static readonly Admission Open = new(IsOpen: true, null, null, DistinctCounts: false);

    private readonly List<PostgresEngineStore> _nodes = [];
    private string _database = "";

    [Fact]
    public async Task Each_sealed_batch_is_submitted_by_one_node()
    {
        await OpenAsync();
        await EnqueueAsync(300);

        var claimed = await RaceAsync(async (node, lease) =>
            await node.Submissions.ClaimAsync(lease, (_, _) => Open, Given.Now) is { } batch ? [batch.Id] : []);

        AssertOnce(300, claimed);
    }

    [Theory]
    [InlineData(BatchState.Submitting)]
    [InlineData(BatchState.Quarantined)]
    [InlineData(BatchState.Running)]
    [InlineData(BatchState.Cancelling)]
    [InlineData(BatchState.Ended)]
    public async Task Each_due_batch_is_taken_by_one_node(BatchState state)
    {
        await OpenAsync();
        await EnqueueAsync(400);
        await ForceAsync(state);

        var claimed = await RaceAsync(async (node, lease) => [.. (await TakeAsync(node, lease, state)).Select(batch => batch.Id)]);

        AssertOnce(400, claimed);
    }

    [Fact]
    public async Task Each_send_whose_worker_is_gone_is_taken_by_one_node()
    {
        await OpenAsync();
        await _nodes[0].Requests.EnqueueAsync([.. Enumerable.Range(0, 500).Select(i => Given.LiveRequest($"live {i}"))], Given.Now, TestContext.Current.CancellationToken);
        await _nodes[0].Requests.ClaimForSendAsync(Ended("gone"), 500, Given.Now, cancellationToken: TestContext.Current.CancellationToken);

        var claimed = await RaceAsync(async (node, lease) => [.. (await node.Requests.ClaimStaleSendsAsync(lease, 7, Given.Now)).Select(request => request.Sequence)]);

        AssertOnce(500, claimed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    public async Task A_lease_of_callers_whose_time_runs_fast_is_measured_by_the_databases_clock_and_as_long_in_real_time(double speed)
    {
        var token = TestContext.Current.CancellationToken;
        var database = await server.CreateDatabaseAsync();
        var store = await PostgresEngineStore.OpenAsync(database, new PostgresStoreOptions { CallersSpeed = speed }, null, token);
        _nodes.Add(store);
        await store.Requests.EnqueueAsync([Given.LiveRequest("live")], Given.Now, token);
        await store.Requests.EnqueueAsync([Given.Request("batch") with { Lane = OfOne }], Given.Now, token);

        var before = await Probe.ScalarAsync<DateTime>(database, "SELECT clock_timestamp()");
        await store.Requests.ClaimForSendAsync(new Lease("a", Given.Now.AddHours(10)), 1, Given.Now, cancellationToken: token);
        await store.Submissions.ClaimAsync(new Lease("b", Given.Now.AddHours(10)), (_, _) => Open, Given.Now, token);
        var after = await Probe.ScalarAsync<DateTime>(database, "SELECT clock_timestamp()");

        foreach (var table in (string[])["requests", "batches"])
        {
            var until = await Probe.ScalarAsync<DateTime>(database, $"SELECT max(lease_until) FROM {table}");
            Assert.InRange(until - (TimeSpan.FromHours(10) / speed), before, after);
        }

        var seen = await store.Nodes.BeatAsync(new Node { Owner = "x", Version = "1", StartedAt = Given.Now }, Given.Now, token);
        Assert.Equal(speed > 1, seen == Given.Now);
    }

    [Fact]
    public async Task Submitters_at_once_never_fill_a_providers_queue_over_its_limits()
    {
        await OpenAsync();
        // Batches of one request and ten tokens: seven fit by their requests, then five more by their tokens.
        await EnqueueAsync(200);
        foreach (var (limits, most) in new[] { (Open with { MaxQueuedRequests = 7 }, 7), (Open with { MaxQueuedTokens = 120 }, 12) })
        {
            var claimed = await RaceAsync(async (node, lease) =>
                await node.Submissions.ClaimAsync(lease, (_, _) => limits, Given.Now) is { } batch ? [batch.Id] : []);

            Assert.Equal(most, claimed.Distinct().Count() + (most == 12 ? 7 : 0));
            Assert.Equal((long)most, await Probe.ScalarAsync<long>(_database, "SELECT count(*) FROM batches WHERE state = 2"));
        }
    }

    [Fact]
    public async Task Submitters_at_once_never_have_two_unresolved_creates_of_one_size()
    {
        await OpenAsync();
        await EnqueueAsync(100);
        var distinct = Open with { DistinctCounts = true };

        var claimed = await RaceAsync(async (node, lease) =>
            await node.Submissions.ClaimAsync(lease, (_, _) => distinct, Given.Now) is { } batch ? [batch.Id] : []);

        Assert.Single(claimed);
    }

    [Fact]
    public async Task A_lease_lasts_as_long_as_the_databases_clock_says_whatever_the_nodes_clocks_say()
    {
        await OpenAsync();
        await EnqueueAsync(1);
        await ForceAsync(BatchState.Running);
        var (right, ahead) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddMinutes(5));
        var token = TestContext.Current.CancellationToken;

        // Five minutes by either clock are over when the other looks, or begin when it ends.
        var mine = Assert.Single(await _nodes[0].Batches.ClaimForPollAsync(new Lease("right", right.AddMinutes(5)), 1, right, null, token));
        Assert.Empty(await _nodes[1].Batches.ClaimForPollAsync(new Lease("ahead", ahead.AddMinutes(5)), 1, ahead, null, token));
        Assert.True(await _nodes[0].Batches.MarkPolledAsync(mine.Id, new Lease("right", right), right, 0, token));

        var theirs = Assert.Single(await _nodes[1].Batches.ClaimForPollAsync(new Lease("ahead", ahead.AddMinutes(5)), 1, ahead, null, token));
        Assert.Empty(await _nodes[0].Batches.ClaimForPollAsync(new Lease("right", right.AddMinutes(5)), 1, right, null, token));
        Assert.InRange(theirs.Lease?.Until ?? default, right.AddMinutes(5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.True(await _nodes[1].Batches.MarkPolledAsync(theirs.Id, new Lease("ahead", ahead), right, 0, token));

        // And of one that is over both are told so.
        Assert.Single(await _nodes[1].Batches.ClaimForPollAsync(new Lease("ahead", ahead), 1, ahead, null, token));
        Assert.Single(await _nodes[0].Batches.ClaimForPollAsync(new Lease("right", right.AddMinutes(5)), 1, right, null, token));
    }

    [Fact]
    public async Task Nodes_whose_clocks_differ_do_not_take_each_others_sends()
    {
        await OpenAsync();
        var token = TestContext.Current.CancellationToken;
        var (right, ahead) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddMinutes(5));
        await _nodes[0].Requests.EnqueueAsync([Given.LiveRequest("a"), Given.LiveRequest("b")], right, token);
        await _nodes[0].Requests.ClaimForSendAsync(new Lease("right", right.AddMinutes(5)), 1, right, cancellationToken: token);
        await _nodes[1].Requests.ClaimForSendAsync(new Lease("ahead", ahead.AddMinutes(5)), 1, ahead, cancellationToken: token);

        Assert.Empty(await _nodes[1].Requests.ClaimStaleSendsAsync(new Lease("ahead", ahead.AddMinutes(5)), 2, ahead.AddSeconds(1), token));
        Assert.Empty(await _nodes[0].Requests.ClaimStaleSendsAsync(new Lease("right", right.AddMinutes(5)), 2, right, token));
    }

    [Fact]
    public async Task Of_workers_who_all_believe_to_hold_a_batch_one_is_heard()
    {
        await OpenAsync();
        await EnqueueAsync(50);
        await ForceAsync(BatchState.Running);
        for (var i = 0; i < 50; i++)
        {
            // Each took it over from the one before, whose lease had ended.
            var ids = new List<long>();
            foreach (var node in _nodes)
            {
                ids.Add(Assert.Single(await TakeAsync(node, Ended(Name(node)), BatchState.Running, 1)).Id);
            }

            Assert.Single(ids.Distinct());
            var heard = await Task.WhenAll(_nodes.Select(node => Task.Run(() => node.Batches.MarkEndedAsync(ids[0], Ended(Name(node)), Given.Now, [Name(node)]))));

            Assert.Equal([false, false, false, true], heard);
            Assert.Equal([Name(_nodes[^1])], (await _nodes[0].Batches.FindAsync(ids[0], TestContext.Current.CancellationToken))?.ResultReferences);
        }
    }

    [Fact]
    public async Task The_same_callers_keys_from_four_nodes_are_added_once_and_told_where_they_mean_something_else()
    {
        await OpenAsync();

        // The text differs from node to node for every fourth key.
        var results = await Task.WhenAll(_nodes.Select((node, number) => Task.Run(async () =>
        {
            var enqueued = new List<EnqueuedRequest>();
            for (var from = 0; from < 800; from += 50)
            {
                var requests = Enumerable.Range(from, 50).Select(i => Given.Request(i % 4 == 0 ? $"{i} of {number}" : $"{i}") is var request
                    ? request with { Identity = request.Identity with { CallerKey = $"key {i}" } }
                    : request);
                enqueued.AddRange(await node.Requests.EnqueueAsync([.. number % 2 == 0 ? requests : requests.Reverse()], Given.Now));
            }

            return enqueued;
        })));

        Assert.Equal(800L, await Probe.ScalarAsync<long>(_database, "SELECT count(*) FROM requests"));
        Assert.Equal(800, results.Sum(enqueued => enqueued.Count(e => e.IsNew)));
        Assert.All(results, enqueued => Assert.Equal(800, enqueued.Select(e => e.Id).Distinct().Count()));
        Assert.Equal(3 * 200, results.Sum(enqueued => enqueued.Count(e => e.IsConflict)));
        await Probe.AssertExactAsync(_database);
    }

    [Fact]
    public async Task The_results_of_one_batch_settled_by_four_nodes_at_once_are_booked_once()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), Nodes);
        for (var round = 0; round < 10; round++)
        {
            var (batch, sequences) = await world.BatchAsync(60, owner: "worker");
            var chunk = SettlingNodes.Answers(sequences);

            // As if all of them still held it: what is booked once does not rest on the lease.
            var results = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(node => Task.Run(
                () => world.Settlements(node).SettleAsync(chunk, (batch, SettlingNodes.LeaseOf("worker")), Given.Now))));

            Assert.Equal((60, 180), (results.Sum(r => r.Answered.Count), results.Sum(r => r.Repeated)));
        }

        await world.AssertExactAsync(600);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static Lease Ended(string owner) => new(owner, Given.Now);

    private static string Name(PostgresEngineStore node) => "node " + node.GetHashCode();

    private static Task<IReadOnlyList<Batch>> TakeAsync(PostgresEngineStore node, Lease lease, BatchState state, int max = 9) => state switch
    {
        BatchState.Submitting or BatchState.Quarantined => node.Orphans.ClaimForRescueAsync(lease, max, Given.Now, Given.Now),
        BatchState.Ended => node.Batches.ClaimForCollectAsync(lease, max, Given.Now),
        _ => node.Batches.ClaimForPollAsync(lease, max, Given.Now),
    };

    private static void AssertOnce(int count, List<long> claimed)
    {
        Assert.Equal(count, claimed.Distinct().Count());
        Assert.Equal(count, claimed.Count);
    }

    private async Task OpenAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _nodes.AddRange(await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => PostgresEngineStore.OpenAsync(_database + ";Maximum Pool Size=10"))));
    }

    private async Task EnqueueAsync(int batches) =>
        await _nodes[0].Requests.EnqueueAsync([.. Given.Requests(batches).Select(request => request with { Lane = OfOne })], Given.Now);

    // Without its history, which these tests are not about.
    private Task ForceAsync(BatchState state) => Probe.ListAsync<long>(
        _database,
        $"UPDATE batches SET state = {(int)state}, provider_batch_id = key, ended_at = {(state == BatchState.Ended ? "now()" : "NULL")} RETURNING id");

    /// <summary>What all nodes claimed, each until it found nothing more.</summary>
    private async Task<List<long>> RaceAsync(Func<PostgresEngineStore, Lease, Task<IReadOnlyList<long>>> claim)
    {
        var claimed = await Task.WhenAll(_nodes.Select(node => Task.Run(async () =>
        {
            var mine = new List<long>();
            while (await claim(node, new Lease(Name(node), Given.Now.AddMinutes(5))) is { Count: > 0 } taken)
            {
                mine.AddRange(taken);
            }

            return mine;
        })));
        return [.. claimed.SelectMany(mine => mine)];
    }
}
