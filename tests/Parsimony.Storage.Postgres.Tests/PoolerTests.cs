using Npgsql;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>
/// A pooler in transaction mode gives every transaction whatever connection is free, as whoever had it before left it. So nothing may be kept on a connection: no setting, prepared
/// statement, temporary table or lock of the session. All other tests run on sessions that are reset between transactions (<c>DISCARD ALL</c>), so nothing of the kind is missed
/// there; here nothing is reset, and nothing may be found.
/// </summary>
public sealed class PoolerTests(PostgresServer server)
{
    private const string LeftBehind =
        """
        SELECT count(*) FROM (
            SELECT 1 FROM pg_prepared_statements WHERE NOT from_sql
            UNION ALL SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
            UNION ALL SELECT 1 FROM pg_class WHERE relpersistence = 't'
            UNION ALL SELECT 1 FROM pg_cursors WHERE is_holdable
            UNION ALL SELECT 1 FROM pg_settings WHERE source = 'session' AND name NOT IN ('application_name', 'search_path', 'client_encoding')) kept
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_left_on_a_connection()
    {
        var harness = new PostgresHarness(server);
        await using (var store = await harness.OpenPostgresAsync())
        {
            await Sqlite.Tests.FilledStore.FillAsync(harness.Clock.Around(store));
            await StoreMove.ExportAsync(store, Stream.Null, new StoreMoveOptions { OnlyEnded = true }, cancellationToken: Token);
        }

        // One connection, and nobody cleans up after it: what one verb leaves is there for the next.
        await using var single = await PostgresEngineStore.OpenAsync(
            await harness.ConnectAsync() + ";No Reset On Close=true", new PostgresStoreOptions { LeaseClock = harness.Clock }, harness.Clock, Token);
        var told = harness.Clock.Around(single);
        await told.Requests.EnqueueAsync(Given.Requests(20, "more"), Given.Now, Token);
        await told.Batches.FlushAsync(null, Given.Now, Token);
        await told.Submissions.ClaimAsync(new Lease("one#1", Given.Now.AddMinutes(5)), (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), Given.Now, Token);

        Assert.Equal(0L, await single.Database.ReadAsync(
            async session =>
            {
                await using var command = new NpgsqlCommand(LeftBehind, session.Connection);
                return (long?)await command.ExecuteScalarAsync(Token);
            },
            Token));
    }
}
