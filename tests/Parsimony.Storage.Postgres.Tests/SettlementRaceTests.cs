using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Several nodes settle at the same time.</summary>
public sealed class SettlementRaceTests(PostgresServer server)
{
    [Fact]
    public async Task Two_nodes_that_settle_the_same_chunk_book_it_once()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var answered = 0L;
        for (var round = 0; round < 25; round++)
        {
            var (_, sequences) = await world.BatchAsync(20);
            var chunk = SettlingNodes.Answers(sequences);
            var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(node => Task.Run(() => world.Settlements(node).SettleAsync(chunk, null, Given.Now))));

            Assert.Equal((20, 20), (results.Sum(r => r.Answered.Count), results.Sum(r => r.Repeated)));
            answered += 20;
        }

        await world.AssertExactAsync(answered);
    }

    [Fact]
    public async Task Two_nodes_that_settle_different_chunks_of_one_scope_leave_exact_sums_and_never_wait_in_a_circle()
    {
        const int Rounds = 200;
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var (_, sequences) = await world.BatchAsync(Rounds * 10);
        // Interleaved, so that the chunks' rows lie on the same pages; the second in the opposite order.
        var odd = sequences.Where(s => s % 2 == 1).Chunk(5).ToList();
        var even = sequences.Where(s => s % 2 == 0).Chunk(5).ToList();

        for (var round = 0; round < Rounds; round++)
        {
            var (first, second) = (SettlingNodes.Answers(odd[round]), SettlingNodes.Answers(even[round].Reverse()));
            await Task.WhenAll(
                Task.Run(() => world.Settlements(0).SettleAsync(first, null, Given.Now.AddMinutes(round))),
                Task.Run(() => world.Settlements(1).SettleAsync(second, null, Given.Now.AddMinutes(round))));
        }

        await world.AssertExactAsync(Rounds * 10);
        Assert.Equal(0L, await world.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    [Fact]
    public async Task Sixty_four_writers_settle_at_once()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var (_, sequences) = await world.BatchAsync(64 * 10);

        await Task.WhenAll(sequences.Chunk(10).Select(part => Task.Run(() => world.Settlements(0).SettleAsync(SettlingNodes.Answers(part), null, Given.Now))));

        await world.AssertExactAsync(640);
    }

    [Fact]
    public async Task A_node_that_lost_its_lease_writes_nothing()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var (batch, sequences) = await world.BatchAsync(3, owner: "worker 2");

        var lost = await world.Settlements(0).SettleAsync(
            SettlingNodes.Answers(sequences), (batch, SettlingNodes.LeaseOf("worker 1")), Given.Now, TestContext.Current.CancellationToken);

        Assert.False(lost.LeaseHeld);
        Assert.Equal(0L, await world.ScalarAsync<long>("SELECT (SELECT count(*) FROM ledger) + (SELECT count(*) FROM pages) + (SELECT count(*) FROM rollups)"));
        Assert.Equal(3L, await world.ScalarAsync<long>("SELECT count(*) FROM requests WHERE state = 1"));
        var held = await world.Settlements(1).SettleAsync(
            SettlingNodes.Answers(sequences), (batch, SettlingNodes.LeaseOf("worker 2")), Given.Now, TestContext.Current.CancellationToken);
        Assert.Equal(3, held.Answered.Count);
        await world.AssertExactAsync(3);
    }

    [Fact]
    public async Task What_was_booked_unknown_and_is_known_later_is_corrected_once()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var (_, sequences) = await world.BatchAsync(2);
        var unknown = SettlingNodes.Answers(sequences, costUsd: null);
        var known = SettlingNodes.Answers(sequences);

        // In one chunk for the first request, in two for the second.
        await world.Settlements(0).SettleAsync([unknown[0], unknown[1], known[0]], null, Given.Now, TestContext.Current.CancellationToken);
        await world.Settlements(0).SettleAsync([known[1]], null, Given.Now, TestContext.Current.CancellationToken);
        var again = await world.Settlements(0).SettleAsync([known[0], known[1]], null, Given.Now, TestContext.Current.CancellationToken);

        Assert.Equal(2, again.Repeated);
        Assert.Equal(["4:2", "0:2"], await world.ListAsync<string>("SELECT kind || ':' || count(*) FROM ledger GROUP BY kind ORDER BY kind DESC"));
        Assert.Equal("0.004/0", await world.ScalarAsync<string>("SELECT trim_scale(spent_usd) || '/' || trim_scale(unknown_bound_usd) FROM scopes"));
        Assert.Equal(0L, await world.ScalarAsync<long>("SELECT sum(unknown)::bigint FROM rollups"));
    }

    [Fact]
    public async Task A_second_settlement_of_a_request_in_a_chunk_sees_what_the_first_did()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var (_, sequences) = await world.BatchAsync(2);
        var answers = SettlingNodes.Answers(sequences);
        Settlement Requeued(long sequence) => new()
        {
            Sequence = sequence,
            Attempt = 1,
            Move = new SettlementMove.ToQueued("live: missing in the results", null, CountsAsSend: false, CountsAsUncertain: false),
        };

        var result = await world.Settlements(0).SettleAsync(
            [Requeued(sequences[0]), answers[0], answers[1], Requeued(sequences[1])], null, Given.Now, TestContext.Current.CancellationToken);

        Assert.Equal((2, 1, 1), (result.Answered.Count, result.Requeued, result.Repeated));
        await world.AssertExactAsync(2);
    }
}
