using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>The ledger is read, corrected and filled from outside the engine.</summary>
public sealed class LedgerStoreTests(PostgresServer server)
{
    [Fact]
    public async Task Entries_come_back_as_they_were_booked_a_page_at_a_time()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var cancellation = TestContext.Current.CancellationToken;
        var (batch, sequences) = await world.BatchAsync(2_500);
        await world.Settlements(0).SettleAsync(SettlingNodes.Answers(sequences), (batch, SettlingNodes.LeaseOf("worker 1")), Given.Now, cancellation);
        var (_, others) = await world.BatchAsync(1, "other");
        var precise = Given.Entry(others[0], 1, 0.0000000000000000001m) with { SavedByCacheUsd = -12345678.000000000001m, SavedByRoutingUsd = 3m, ProviderReference = "r" };
        await world.Settlements(0).SettleAsync([new Settlement { Sequence = others[0], Attempt = 0, Entry = precise }], null, Given.Now, cancellation);

        // A node that has none of the numbers in memory.
        var rows = await ListAsync(world.Ledger(1).ReadAsync("run", cancellation));
        Assert.Equal(sequences.Order().Select(s => Given.Entry(s)), rows.Select(r => r.Entry));
        Assert.All(rows, row => Assert.Equal((Given.Profile(), true), (row.Profile, row.BatchKey is not null)));
        Assert.Equal(precise, (await world.Ledger(1).ReadRequestAsync(others[0], cancellation)).Single().Entry);
        Assert.Equal(2_501, (await ListAsync(world.Ledger(1).ReadAsync(null, cancellation))).Count);
        Assert.Empty(await ListAsync(world.Ledger(1).ReadAsync("nobody", cancellation)));
    }

    [Fact]
    public async Task Roll_ups_are_read_by_start_across_pages()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var cancellation = TestContext.Current.CancellationToken;
        var (_, sequences) = await world.BatchAsync(1_100);
        await world.Settlements(0).SettleAsync(
            [.. SettlingNodes.Answers(sequences.Order()).Select((s, i) => s with { Entry = s.Entry is { } e ? e with { At = Given.Now.AddMinutes(i) } : null })],
            null, Given.Now, cancellation);

        var minutes = await ListAsync(world.Ledger(0).ReadRollupsAsync(RollupPeriod.Minute, Given.Now, Given.Now.AddMinutes(1_099), cancellation));
        var hours = await ListAsync(world.Ledger(0).ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddDays(2), cancellation));

        Assert.Equal(Enumerable.Range(0, 1_099).Select(i => Given.Now.AddMinutes(i)), minutes.Select(r => r.Start));
        Assert.Equal((19, 1_100L, 2.2m), (hours.Count, hours.Sum(r => r.Entries), hours.Sum(r => r.CostUsd)));
    }

    [Fact]
    public async Task A_correction_makes_an_unknown_cost_known_once()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var cancellation = TestContext.Current.CancellationToken;
        var (_, sequences) = await world.BatchAsync(1);
        await world.Settlements(0).SettleAsync(SettlingNodes.Answers(sequences, costUsd: null), null, Given.Now, cancellation);
        var unpriced = (await world.Ledger(0).ReadUnpricedAsync(0, 10, cancellation)).Single();
        var correction = unpriced.Entry with { Kind = LedgerKind.Correction, Revision = 1, CostUsd = 0.004m, UpperBoundUsd = null, Usage = null };

        var added = await Task.WhenAll(Enumerable.Range(0, 2).Select(node => Task.Run(() => world.Ledger(node).CorrectAsync([correction], Given.Now, cancellation))));

        Assert.Equal(1, added.Sum());
        Assert.Empty(await world.Ledger(0).ReadUnpricedAsync(0, 10, cancellation));
        Assert.Equal("0.004/0", await world.ScalarAsync<string>("SELECT trim_scale(spent_usd) || '/' || trim_scale(unknown_bound_usd) FROM scopes"));
        Assert.Equal([0L, 0L], await world.ListAsync<long>("SELECT sum(unknown)::bigint FROM rollups GROUP BY period"));
    }

    [Fact]
    public async Task Calls_made_elsewhere_are_booked_once_by_nodes_that_book_them_at_the_same_time()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 2);
        var cancellation = TestContext.Current.CancellationToken;
        var calls = Enumerable.Range(1, 200).Select(i => new MeteredCall(
            new StoredRequest
            {
                Sequence = 0,
                Id = new RequestId(new Guid(0x0195f3a8, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, (byte)i)),
                Scope = "metered",
                Profile = Given.Profile(),
                State = i % 4 == 0 ? RequestState.Failed : RequestState.Answered,
                Route = Route.Live,
                Reason = "metered",
                Attempt = 1,
                Sends = 1,
                Uncertain = 0,
                AcceptedAt = Given.Now,
                FailureCode = i % 4 == 0 ? "refused" : null,
                FinishReason = i % 4 == 0 ? null : "stop",
            },
            Given.Entry(0) with { Kind = LedgerKind.Live, Route = Route.Live })).ToList();
        var reversed = calls.AsEnumerable().Reverse().ToList();

        await Task.WhenAll(
            Task.Run(() => world.Settlements(0).BookLiveAsync(calls, Given.Now, cancellation), cancellation),
            Task.Run(() => world.Settlements(1).BookLiveAsync(reversed, Given.Now, cancellation), cancellation));

        Assert.Equal(
            "200 150 50 0.400 0",
            await world.ScalarAsync<string>("SELECT concat_ws(' ', total, answered, failed, spent_usd, reserved_usd) FROM scopes WHERE name = 'metered'"));
        Assert.Equal(200L, await world.ScalarAsync<long>("SELECT count(*) FROM requests r JOIN ledger l ON l.request = r.seq AND l.request_id = r.id"));
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
