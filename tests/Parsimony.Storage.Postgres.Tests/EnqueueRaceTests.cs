using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Several nodes accept requests at the same time.</summary>
public sealed class EnqueueRaceTests(PostgresServer server)
{
    private static readonly LaneLimits Small = new(7, 100_000_000, null, OneModelPerBatch: true, VarySize: false);

    [Fact]
    public async Task The_same_requests_from_two_nodes_are_added_once()
    {
        var (database, nodes) = await OpenAsync(2);
        var chunks = Given.Requests(2_000).Chunk(100).ToList();

        var results = await Task.WhenAll(nodes.Select((node, number) => Task.Run(async () =>
        {
            var enqueued = new List<EnqueuedRequest>();
            // One from the front, the other with the rows of each chunk in the opposite order.
            foreach (var chunk in chunks)
            {
                enqueued.AddRange(await node.Requests.EnqueueAsync(number == 0 ? chunk : [.. chunk.Reverse().Select(r => r with { Id = NewId() })], Given.Now));
            }

            return enqueued;
        })));

        Assert.Equal(2_000, results.Sum(enqueued => enqueued.Count(e => e.IsNew)));
        Assert.Equal(results[0].Select(e => e.Id).Order(), results[1].Select(e => e.Id).Order());
        Assert.Equal(2_000L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM requests"));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task Different_requests_from_four_nodes_fill_the_same_batches_to_their_limits()
    {
        var (database, nodes) = await OpenAsync(4);

        await Task.WhenAll(nodes.Select((node, number) => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                await node.Requests.EnqueueAsync(
                    [.. Enumerable.Range(0, 25).Select(i => Given.Request($"{number} {round} {i}", "run " + (i % 3), "openAI/model-" + ((number + i) % 4)) with { Lane = Small })],
                    Given.Now);
            }
        })));

        Assert.Equal(2_000L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM requests"));
        Assert.Equal(4L, await Probe.ScalarAsync<long>(database, "SELECT count(DISTINCT model) FROM batches"));
        Assert.Empty(await Probe.ListAsync<long>(database, "SELECT id FROM batches WHERE count > 7 OR (state = 1 AND count < 7)"));
        Assert.Empty(await Probe.ListAsync<long>(
            database, "SELECT r.seq FROM requests r WHERE NOT EXISTS (SELECT 1 FROM batch_scopes s WHERE s.scope = r.scope AND s.batch = r.batch)"));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task Batches_may_be_sealed_and_requests_cancelled_while_others_are_accepted_and_admitted()
    {
        var (database, nodes) = await OpenAsync(4);
        await nodes[0].Runs.BeginAsync("limited", "", 1_000m, Given.Now, TestContext.Current.CancellationToken);
        await Task.WhenAll(nodes.Select((node, number) => Task.Run(async () =>
        {
            for (var round = 0; round < 15; round++)
            {
                var enqueued = await node.Requests.EnqueueAsync(
                    [.. Enumerable.Range(0, 20).Select(i => Given.Request($"{number} {round} {i}", i % 2 == 0 ? "limited" : "free"))], Given.Now);
                await node.Requests.AdmitAsync("limited", _ => Given.Lane, Given.Now);
                switch (number)
                {
                    case 0:
                        await node.Batches.FlushAsync(null, Given.Now);
                        break;
                    case 1:
                        await node.Requests.CancelAsync("limited", [.. enqueued.Take(6).Select(e => e.Id)], Given.Now);
                        break;
                    case 2:
                        await node.Requests.CancelAsync("free", null, Given.Now);
                        break;
                    default:
                        await node.Settlements.SettleAsync([.. enqueued.Select(e => StoreAnswers.Of(e.Sequence))], null, Given.Now);
                        break;
                }
            }
        })));

        var (_, held) = await nodes[0].Requests.AdmitAsync("limited", _ => Given.Lane, Given.Now, TestContext.Current.CancellationToken);
        Assert.Equal(0L, held);
        Assert.Equal(1_200L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM requests"));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task Callers_that_enqueue_at_once_each_get_their_own()
    {
        var (database, nodes) = await OpenAsync(1);
        // Every tenth text is asked for by two callers.
        var mine = Enumerable.Range(0, 200).Select(i => new[] { Given.Request($"own {i}"), Given.LiveRequest($"shared {i / 20} {i % 10}"), Given.Request($"other {i}", "two") }).ToList();

        var results = await Task.WhenAll(mine.Select(requests => Task.Run(() => nodes[0].Requests.EnqueueAsync(requests, Given.Now))));

        for (var i = 0; i < mine.Count; i++)
        {
            Assert.Equal((mine[i][0].Id, mine[i][2].Id), (results[i][0].Id, results[i][2].Id));
            Assert.Equal((true, true), (results[i][0].IsNew, results[i][2].IsNew));
            Assert.Equal(results[(i / 20 * 20) + (i % 10)][1].Id, results[i][1].Id);
        }

        Assert.Equal(500, results.Sum(enqueued => enqueued.Count(e => e.IsNew)));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_caller_whose_requests_cannot_be_stored_does_not_fail_the_others()
    {
        var (database, nodes) = await OpenAsync(1);
        var token = TestContext.Current.CancellationToken;
        var taken = (await nodes[0].Requests.EnqueueAsync([Given.Request("first")], Given.Now, token))[0].Id;

        var results = Enumerable.Range(0, 40).Select(i => nodes[0].Requests.EnqueueAsync(
            [Given.Request($"text {i}") with { Id = i == 20 ? taken : NewId() }], Given.Now, token)).ToList();

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => results[20]);
        Assert.Equal("23505", failure.SqlState);
        results.RemoveAt(20);
        Assert.All(await Task.WhenAll(results), enqueued => Assert.True(Assert.Single(enqueued).IsNew));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_caller_who_gave_up_adds_nothing()
    {
        var (database, nodes) = await OpenAsync(1);
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => nodes[0].Requests.EnqueueAsync([Given.Request()], Given.Now, given.Token));

        Assert.Single((await nodes[0].Requests.EnqueueAsync([Given.Request("another")], Given.Now, TestContext.Current.CancellationToken)));
        Assert.Equal(1L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM requests"));
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task Each_due_request_is_claimed_by_one_node()
    {
        var (_, nodes) = await OpenAsync(4);
        await nodes[0].Requests.EnqueueAsync(
            [.. Enumerable.Range(0, 1_000).Select(i => Given.LiveRequest($"live {i}"))], Given.Now, TestContext.Current.CancellationToken);

        var claimed = await Task.WhenAll(nodes.Select((node, number) => Task.Run(async () =>
        {
            var mine = new List<long>();
            while (await node.Requests.ClaimForSendAsync(new Lease("node " + number, Given.Now.AddMinutes(5)), 20, Given.Now) is { Count: > 0 } page)
            {
                mine.AddRange(page.Select(r => r.Sequence));
            }

            return mine;
        })));

        Assert.Equal(1_000, claimed.Sum(mine => mine.Count));
        Assert.Equal(1_000, claimed.SelectMany(mine => mine).Distinct().Count());
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_lease_of_a_node_whose_clock_is_wrong_ends_by_the_databases_clock()
    {
        var (_, nodes) = await OpenAsync(1);
        var token = TestContext.Current.CancellationToken;
        await nodes[0].Requests.EnqueueAsync([Given.LiveRequest()], Given.Now, token);
        // Years behind the server; five minutes are five minutes all the same.
        await nodes[0].Requests.ClaimForSendAsync(new Lease("node", Given.Now.AddMinutes(5)), 1, Given.Now, cancellationToken: token);

        Assert.Empty(await nodes[0].Requests.ClaimStaleSendsAsync(new Lease("other", Given.Now.AddYears(9)), 1, Given.Now.AddYears(8), token));
        await CloseAsync(nodes);
    }

    private static RequestId NewId() => Given.Request().Id;

    private async Task<(string Database, PostgresEngineStore[] Nodes)> OpenAsync(int count)
    {
        var database = await server.CreateDatabaseAsync();
        return (database, await Task.WhenAll(Enumerable.Range(0, count).Select(_ => PostgresEngineStore.OpenAsync(database + ";Maximum Pool Size=10"))));
    }

    private static async Task CloseAsync(PostgresEngineStore[] nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
