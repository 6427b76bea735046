using Parsimony.Engine;
using Parsimony.Postgres.Server;
using Parsimony.Storage.Postgres;
using Parsimony.Storage.Sqlite;

namespace Parsimony.EndToEnd.Tests;

/// <summary>The store is gone while an engine runs on it, and comes back.</summary>
public sealed class StoreOutageTests
{
    private const int StageFailed = 1802;
    private const int StageFailedToo = 1807;

    [Fact(Timeout = 300_000)]
    public async Task Work_goes_on_by_itself_when_the_database_server_is_back()
    {
        var server = await PrivateServer.TryStartAsync();
        Assert.SkipWhen(server is null && PrivateServer.IsOptional, PrivateServer.Missing);
        Assert.True(server is not null, PrivateServer.Missing);
        await using var disposing = server;
        await using var pace = RunningEngine.NewClock();
        await using var store = await PostgresEngineStore.OpenAsync(
            await server.CreateDatabaseAsync(), new PostgresStoreOptions { LeaseClock = pace.Time }, pace.Time, TestContext.Current.CancellationToken);
        await using var engine = RunningEngine.Start(store, pace.Time);
        var before = await engine.EnqueueAsync(0, 40);
        Assert.Equal(RequestState.Answered, (await engine.WaitAsync([before[0]])).Single());
        var waiting = engine.WaitAsync(before);

        await server.StopAsync();
        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => engine.EnqueueAsync(40, 10));
        // Every stage has met it, some of them twice.
        await engine.Log.UntilAsync(20, StageFailed, StageFailedToo);
        await server.StartAgainAsync();

        Assert.True(failure.IsTransient);
        Assert.Contains("work goes on when it", failure.Message, StringComparison.Ordinal);
        var after = await engine.EnqueueAsync(40, 10);
        Assert.All(await waiting, state => Assert.Equal(RequestState.Answered, state));
        Assert.All(await engine.WaitAsync(after), state => Assert.Equal(RequestState.Answered, state));
        Assert.Empty(await engine.CheckAsync());
        // One message, where twenty stages failed.
        Assert.Contains("PostgreSQL at 127.0.0.1:", Assert.Single(engine.Log.Errors), StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Work_goes_on_by_itself_when_a_full_disk_has_room_again()
    {
        var folder = Directory.CreateTempSubdirectory("parsimony-outage-");
        var path = Path.Combine(folder.FullName, "parsimony.db");
        await using var pace = RunningEngine.NewClock();
        await using (var store = await SqliteEngineStore.OpenAsync(path, null, pace.Time, TestContext.Current.CancellationToken))
        {
            await using var engine = RunningEngine.Start(store, pace.Time);
            var before = await engine.EnqueueAsync(0, 40);
            Assert.Equal(RequestState.Answered, (await engine.WaitAsync([before[0]])).Single());
            var waiting = engine.WaitAsync(before);

            // SQLite says the same of a file that may not grow as of a disk that is full.
            var filled = new List<EnqueuedRequest>();
            await LimitAsync(store, "1");
            var failure = await Assert.ThrowsAsync<SqliteStoreException>(() => FillAsync(engine, filled));
            await engine.Log.UntilAsync(1, StageFailed, StageFailedToo);
            await LimitAsync(store, "4294967294");

            Assert.Equal(13, failure.Code & 0xFF);
            Assert.Contains($"'{path}'", failure.Message, StringComparison.Ordinal);
            Assert.Contains("The disk is full. Free space", failure.Message, StringComparison.Ordinal);
            var after = await engine.EnqueueAsync(100_000, 10);
            Assert.All(await waiting, state => Assert.Equal(RequestState.Answered, state));
            Assert.All(await engine.WaitAsync([.. filled, .. after]), state => Assert.Equal(RequestState.Answered, state));
            Assert.Empty(await engine.CheckAsync());
            Assert.Contains("The disk is full. Free space", Assert.Single(engine.Log.Errors), StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    // What is freed is used before the file would grow: more and more is brought until it must.
    private static async Task FillAsync(RunningEngine engine, List<EnqueuedRequest> filled)
    {
        for (var from = 1_000; ; from += 10)
        {
            filled.AddRange(await engine.EnqueueAsync(from, 10));
        }
    }

    private static async Task LimitAsync(SqliteEngineStore store, string pages) =>
        await store.Database.WriteAsync(Durability.Process, connection => connection.Scalar("PRAGMA max_page_count = " + pages), TestContext.Current.CancellationToken);
}
