using Npgsql;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>While a database has the schema of the version before, priorities, turns and switches are off, and everything else works; the migration switches them on. And several nodes share.</summary>
public sealed class ControlTablesTests(PostgresServer server)
{
    private const string Drop = "DROP TABLE provider_switches; DROP TABLE batch_priorities; DROP TABLE queue_turns; DROP INDEX requests_to_send_by_profile";

    private static readonly Lease Lease = new("worker", Given.Now.AddMinutes(5));

    private static ProviderSwitch Pause { get; } = new() { Provider = ProviderId.OpenAI, Setting = SwitchSetting.Paused, By = "ada", At = Given.Now };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_tables_requests_go_their_way_and_the_migration_runs_on_a_filled_database()
    {
        var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(database, null, null, Token);
        await server.Server.RunAsync(Drop, new NpgsqlConnectionStringBuilder(database).Database ?? "");
        await store.Requests.EnqueueAsync([.. Given.Requests(50).Select(request => request with { Profile = Given.Profile() with { Tags = "priority=7" } })], Given.Now, Token);
        await store.Requests.EnqueueAsync([.. Enumerable.Range(0, 200).Select(number => Given.LiveRequest($"live {number}"))], Given.Now, Token);
        await store.Batches.FlushAsync("run", Given.Now, Token);

        Assert.Equal(3, (await store.Requests.ClaimForSendAsync(Lease, 3, Given.Now, cancellationToken: Token)).Count);
        Assert.Empty(await store.Switches.ReadAsync(Token));
        Assert.Contains("older version", (await Assert.ThrowsAsync<NotSupportedException>(() => store.Switches.SetAsync(Pause, Token))).Message, StringComparison.Ordinal);
        var batch = await store.Submissions.ClaimAsync(Lease, (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), Given.Now, Token);
        Assert.NotNull(batch);

        await server.Server.RunAsync(
            SqlText.Migrations().Single(migration => migration.Name.StartsWith("0005", StringComparison.Ordinal)).Text, new NpgsqlConnectionStringBuilder(database).Database ?? "");
        await store.Switches.SetAsync(Pause, Token);
        Assert.Equal([Pause], await store.Switches.ReadAsync(Token));
    }

    [Fact]
    public async Task Nodes_that_claim_at_the_same_time_send_every_request_once_and_the_few_among_the_first()
    {
        var database = await server.CreateDatabaseAsync();
        await using var one = await PostgresEngineStore.OpenAsync(database, null, null, Token);
        await using var two = await PostgresEngineStore.OpenAsync(database, null, null, Token);
        NewRequest Live(string tenant, int number) => Given.LiveRequest($"{tenant} {number}") with { Deadline = null, Profile = Given.Profile() with { Tenant = tenant } };
        await one.Requests.EnqueueAsync([.. Enumerable.Range(0, 1_000).Select(number => Live("many", number))], Given.Now, Token);
        await one.Requests.EnqueueAsync([.. Enumerable.Range(0, 10).Select(number => Live("few", number))], Given.Now, Token);

        var claimed = new System.Collections.Concurrent.ConcurrentQueue<StoredRequest>();
        await Task.WhenAll(new[] { one, two }.Select((node, number) => Task.Run(async () =>
        {
            while (await node.Requests.ClaimForSendAsync(new Lease($"node {number}", Given.Now.AddMinutes(5)), 4, Given.Now, cancellationToken: Token) is { Count: > 0 } page)
            {
                foreach (var request in page)
                {
                    claimed.Enqueue(request);
                }
            }
        })));

        Assert.Equal(1_010, claimed.Select(request => request.Sequence).Distinct().Count());
        Assert.Equal(1_010, claimed.Count);
        Assert.Equal(10, claimed.Take(80).Count(request => request.Profile.Tenant == "few"));
    }
}
