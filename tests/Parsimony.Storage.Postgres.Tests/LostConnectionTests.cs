using Parsimony.Engine;
using Parsimony.Postgres.Server;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Connections are lost at the worst time.</summary>
public sealed class LostConnectionTests(PostgresServer server)
{
    [Fact]
    public async Task What_a_verb_did_before_its_connection_was_lost_is_undone_and_done_again()
    {
        var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(database, null, null, TestContext.Current.CancellationToken);
        var tries = 0;

        var numbers = await store.Database.WriteAsync(
            Durability.Server,
            async session =>
            {
                await session.Use("AddPhrase").With("half done").RunAsync(session.Cancellation);
                if (++tries == 1)
                {
                    await EndAsync(database, session);
                }

                return await session.Use("FindPhrase").With("half done").ListAsync(row => row.Int64(), session.Cancellation);
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(2, tries);
        Assert.Single(numbers);
        Assert.Equal(1L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM phrases"));
    }

    [Fact]
    public async Task A_verb_whose_every_connection_is_lost_fails_and_leaves_nothing()
    {
        var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(database, null, null, TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => store.Database.WriteAsync(
            Durability.Server,
            async session =>
            {
                await session.Use("AddPhrase").With("half done").RunAsync(session.Cancellation);
                await EndAsync(database, session);
                return await session.Use("FindPhrase").With("half done").RunAsync(session.Cancellation);
            },
            TestContext.Current.CancellationToken));

        Assert.True(failure.IsTransient);
        Assert.Equal(0L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM phrases"));
    }

    [Fact]
    public async Task Requests_are_accepted_once_though_their_connections_are_ended_again_and_again()
    {
        var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(database, null, null, TestContext.Current.CancellationToken);
        var chunks = Given.Requests(3_000).Chunk(100).ToList();
        using var done = new CancellationTokenSource();
        async Task EndAll()
        {
            while (!done.IsCancellationRequested)
            {
                await Probe.ListAsync<bool>(
                    database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'Parsimony' AND state = 'active'");
            }
        }

        var ending = EndAll();
        var added = 0;
        foreach (var chunk in chunks)
        {
            var enqueued = await Repeated(() => store.Requests.EnqueueAsync(chunk, Given.Now, TestContext.Current.CancellationToken));
            added += enqueued.Count;
        }

        await done.CancelAsync();
        await ending;
        Assert.Equal(3_000, added);
        Assert.Equal(3_000L, await Probe.ScalarAsync<long>(database, "SELECT count(*) FROM requests"));
        await Probe.AssertExactAsync(database);
    }

    [Fact]
    public async Task Opening_waits_for_a_server_that_starts_and_work_goes_on_when_it_was_restarted()
    {
        _ = server.Server;
        var own = await PrivateServer.TryStartAsync();
        Assert.NotNull(own);
        await using var disposing = own;
        var database = await own.CreateDatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await own.StopAsync();
        var opening = PostgresEngineStore.OpenAsync(database, null, null, token);
        await own.StartAgainAsync();
        await using var store = await opening;
        // Several connections in the pool, all of them lost by the restart.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.Requests.EnqueueAsync(Given.Requests(5, "before " + i), Given.Now, token)));

        await own.StopAsync();
        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => store.Runs.ReadTotalsAsync("before 1", token));
        await own.StartAgainAsync();

        Assert.True(failure.IsTransient);
        Assert.Equal(5L, (await store.Runs.ReadTotalsAsync("before 1", token))?.Total);
        Assert.All(await store.Requests.EnqueueAsync(Given.Requests(5, "after"), Given.Now, token), enqueued => Assert.True(enqueued.IsNew));
    }

    // As any caller would: what cannot be known to be kept is asked again.
    private static async Task<IReadOnlyList<EnqueuedRequest>> Repeated(Func<Task<IReadOnlyList<EnqueuedRequest>>> enqueue)
    {
        while (true)
        {
            try
            {
                return await enqueue();
            }
            catch (PostgresStoreException failure) when (failure.IsTransient)
            {
            }
        }
    }

    private static Task EndAsync(string database, Session session) =>
        Probe.ScalarAsync<bool>(database, $"SELECT pg_terminate_backend({session.Connection.ProcessID}, 300000)");
}
