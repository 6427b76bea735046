using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>The monthly partitions of pages and ledger.</summary>
public sealed class MonthTests(PostgresServer server)
{
    private static readonly DateTimeOffset March = new(2025, 3, 31, 23, 59, 59, 999, TimeSpan.Zero);

    [Fact]
    public async Task Entries_lie_in_the_partition_of_their_requests_month()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var (_, march) = await world.BatchAsync(2, at: March);
        var (_, april) = await world.BatchAsync(1, at: March.AddMilliseconds(1));
        var (_, other) = await world.BatchAsync(1, at: DateTimeOffset.UnixEpoch);

        await world.Settlements(0).SettleAsync(SettlingNodes.Answers([.. march, .. april, .. other]), null, Given.Now, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["ledger_2025_03:2", "ledger_2025_04:1", "ledger_other:1"],
            await world.ListAsync<string>("SELECT tableoid::regclass || ':' || count(*) FROM ledger GROUP BY tableoid ORDER BY 1"));
    }

    [Fact]
    public async Task A_month_is_added_once_by_many_nodes()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 4);
        var id = new Guid("0195f3a8-0000-7000-8000-000000000001");

        await Task.WhenAll(world.Nodes.Select(node => Task.Run(() => node.Months.EnsureAsync(node, [id], CancellationToken.None))));

        Assert.Equal(["ledger_2025_04", "pages_2025_04"], await PartitionsAsync(world));
    }

    [Fact]
    public async Task Pruning_drops_months_that_are_over_and_empty_and_no_others()
    {
        await using var world = await SettlingNodes.OpenAsync(await server.CreateDatabaseAsync(), 1);
        var cancellation = TestContext.Current.CancellationToken;
        var (_, sequences) = await world.BatchAsync(1, at: March);
        await world.Settlements(0).SettleAsync(SettlingNodes.Answers(sequences), null, March, cancellation);
        await world.Nodes[0].Months.EnsureAsync(world.Nodes[0], [new Guid("018d5b8e-0000-7000-8000-000000000001")], cancellation);
        await world.ScalarAsync<string>("DELETE FROM pages WHERE true RETURNING 'gone'");

        // The entry is younger than what is pruned, so its month stays; the payload's month is empty, and over.
        await world.Ledger(0).PruneAsync(March.AddDays(2), March.AddDays(-60), March, 100, cancellation);
        Assert.Equal(["ledger_2025_03"], (await PartitionsAsync(world)).Where(name => name.Contains("2025_03", StringComparison.Ordinal) || name.Contains("2024", StringComparison.Ordinal)));

        // Over and empty only once its last entry is pruned.
        await world.Ledger(0).PruneAsync(Given.Now.AddYears(1), Given.Now.AddYears(-5), Given.Now, 100, cancellation);
        Assert.Contains("ledger_2025_03", await PartitionsAsync(world));
        var pruned = await world.Ledger(0).PruneAsync(Given.Now.AddYears(1), Given.Now.AddYears(1), Given.Now, 100, cancellation);
        Assert.Equal(1, pruned.Entries);
        Assert.DoesNotContain("ledger_2025_03", await PartitionsAsync(world));

        // And made again when something of that month is written after all.
        var (_, late) = await world.BatchAsync(1, at: March);
        await world.Settlements(0).SettleAsync(SettlingNodes.Answers(late), null, Given.Now, cancellation);
        Assert.Equal("ledger_2025_03", await world.ScalarAsync<string>("SELECT tableoid::regclass::text FROM ledger"));
    }

    private static Task<List<string>> PartitionsAsync(SettlingNodes world) => world.ListAsync<string>(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'r' AND c.relname ~ '[0-9]$' ORDER BY 1");
}
