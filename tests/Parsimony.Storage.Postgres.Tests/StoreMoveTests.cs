using System.IO.Compression;
using Parsimony.Engine;
using Parsimony.Storage.Sqlite;
using Parsimony.Storage.Sqlite.Tests;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>From one database to the other and back.</summary>
public sealed class StoreMoveTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_SQLite_to_PostgreSQL_and_back_nothing_is_lost_or_changed(bool isProtected)
    {
        var keys = isProtected ? Keys.First : null;
        await using var first = SqliteEngineStore.OpenInMemory(clock: new ManualClock());
        await FilledStore.FillAsync(first);
        await using var harness = new PostgresHarness(server, keys);
        await using var second = await harness.OpenPostgresAsync();
        await using var third = SqliteEngineStore.OpenInMemory(clock: new ManualClock());

        var lines = new List<string>();
        var hashes = new List<string>();
        foreach (var (from, to) in new (IEngineStore, IEngineStore)[] { (first, second), (second, third) })
        {
            using var file = new MemoryStream();
            hashes.Add((await StoreMove.ExportAsync(from, file, new StoreMoveOptions { Protection = keys }, cancellationToken: Token)).Hash);
            if (!isProtected)
            {
                lines.Add(await RowsAsync(file));
            }

            file.Position = 0;
            hashes.Add((await StoreMove.ImportAsync(to, file, keys, cancellationToken: Token)).Hash);
        }

        hashes.Add((await StoreMove.ExportAsync(third, Stream.Null, cancellationToken: Token)).Hash);
        Assert.Equal([.. lines.Take(1)], lines.Distinct());
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task Work_goes_on_where_it_was_moved_to()
    {
        await using var first = SqliteEngineStore.OpenInMemory(clock: new ManualClock());
        await FilledStore.FillAsync(first);
        await using var harness = new PostgresHarness(server);
        await using var second = await harness.OpenPostgresAsync();
        using var file = new MemoryStream();
        await StoreMove.ExportAsync(first, file, cancellationToken: Token);
        file.Position = 0;
        await StoreMove.ImportAsync(second, file, clock: harness.Clock, cancellationToken: Token);

        var polled = await second.Batches.ClaimForPollAsync(new Lease("new", Given.Now.AddMinutes(10)), 10, Given.Now.AddMinutes(5), cancellationToken: Token);
        Assert.Equal("batch-1", Assert.Single(polled).ProviderBatchId);
        var again = await second.Requests.EnqueueAsync([Given.Request("text 0"), Given.Request("new")], Given.Now, Token);
        Assert.Equal([(1L, false), (7L, true)], again.Select(request => (request.Sequence, request.IsNew)));
        harness.Clock.Now = Given.Now.AddHours(1);
        Assert.Single(await second.Requests.ClaimStaleSendsAsync(new Lease("new", Given.Now.AddHours(2)), 10, Given.Now.AddHours(1), Token));
        Assert.Equal(0.00123m, (await second.Runs.ReadTotalsAsync("run", Token))?.SpentUsd);
    }

    [Fact]
    public async Task What_is_said_after_a_move_stands_beside_what_was_said_before()
    {
        await using var first = SqliteEngineStore.OpenInMemory(clock: new ManualClock());
        await FilledStore.FillAsync(first);
        await first.Budgets.SetAsync(Budget("acme"), Given.Now, Token);
        await using var harness = new PostgresHarness(server);
        await using var second = await harness.OpenPostgresAsync();
        using var file = new MemoryStream();
        await StoreMove.ExportAsync(first, file, cancellationToken: Token);
        file.Position = 0;
        await StoreMove.ImportAsync(second, file, clock: harness.Clock, cancellationToken: Token);

        await second.Switches.SetAsync(FilledStore.Held with { Credential = "", Setting = SwitchSetting.Paused }, Token);
        await second.Budgets.SetAsync(Budget("other"), Given.Now, Token);

        Assert.Equal([SwitchSetting.Paused, SwitchSetting.Killed], (await second.Switches.ReadAsync(Token)).Select(said => said.Setting));
        Assert.Equal(["acme", "other"], (await second.Budgets.ReadUsesAsync(Given.Now, Token)).Select(use => use.Value).Order(StringComparer.Ordinal));
        static Budget Budget(string tenant) => new() { Dimension = BudgetDimension.Tenant, Value = tenant, Period = BudgetPeriod.Total, LimitUsd = 5m };
    }

    [Fact]
    public async Task An_exported_database_refuses_every_change_until_its_mark_is_taken_back()
    {
        await using var harness = new PostgresHarness(server);
        await using var source = await harness.OpenPostgresAsync();
        await using var other = await harness.OpenPostgresAsync();
        await FilledStore.FillAsync(source);
        await StoreMove.ExportAsync(source, Stream.Null, cancellationToken: Token);

        await Assert.ThrowsAsync<PostgresStoreException>(() => source.Lock.TryAcquireAsync(Token));
        var refusal = await Assert.ThrowsAsync<PostgresStoreException>(() => other.Requests.EnqueueAsync([Given.Request("late")], Given.Now, Token));
        Assert.Contains("goes on elsewhere", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PostgresStoreException>(() => other.Batches.FlushAsync(null, Given.Now, Token));

        Assert.True(await StoreMove.ReleaseAsync(source, Token));
        Assert.True((await other.Requests.EnqueueAsync([Given.Request("late")], Given.Now, Token))[0].IsNew);
    }

    [Fact]
    public async Task Every_table_and_column_is_exported_or_named_as_left()
    {
        await using var harness = new PostgresHarness(server);
        await using var store = await harness.OpenPostgresAsync();

        var columns = await store.Database.ReadAsync(
            session => new Command(
                new Npgsql.NpgsqlCommand(
                    """
                    SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'parsimony'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
                    """,
                    session.Connection),
                "columns").ListAsync(static row => (Table: row.Text(), Column: row.Text()), Token),
            Token);

        Assert.Equal([], columns.Select(column => column.Table).Distinct().Except(MovedNouns.All.Select(noun => noun.Table)).Except(MovedNouns.Left.Keys));
        Assert.Equal(
            [],
            columns.Where(column => MovedNouns.Find(column.Table) is { } noun
                && noun.Columns.All(known => known.Name != column.Column) && !noun.Left.Contains(column.Column)));
    }

    private static async Task<string> RowsAsync(MemoryStream file)
    {
        file.Position = 0;
        await using var unpacked = new BrotliStream(file, CompressionMode.Decompress, leaveOpen: true);
        using var reader = new StreamReader(unpacked);
        // Without the header, which says when.
        var text = await reader.ReadToEndAsync(Token);
        return text[text.IndexOf('\n', StringComparison.Ordinal)..];
    }
}
