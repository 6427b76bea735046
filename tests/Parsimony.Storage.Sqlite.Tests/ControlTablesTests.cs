using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>While a database has the schema of the version before, priorities, turns and switches are off, and everything else works; the migration switches them on.</summary>
public sealed class ControlTablesTests
{
    private const string Drop = "DROP TABLE provider_switches; DROP TABLE batch_priorities; DROP TABLE queue_turns; DROP INDEX requests_to_send_by_profile";

    private static readonly Lease Lease = new("worker", Given.Now.AddMinutes(5));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_tables_requests_go_their_way_and_a_switch_is_refused_with_what_to_do()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();
        await ExecuteAsync(store, Drop);
        await FillAsync(store);

        Assert.NotNull(await store.Submissions.ClaimAsync(Lease, (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), Given.Now, Token));
        Assert.Equal(3, (await store.Requests.ClaimForSendAsync(Lease, 3, Given.Now, cancellationToken: Token)).Count);
        Assert.Empty(await store.Switches.ReadAsync(Token));
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => store.Switches.SetAsync(Pause, Token));
        Assert.Contains("older version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_migration_runs_on_a_filled_database()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();
        await ExecuteAsync(store, Drop);
        await FillAsync(store);

        await ExecuteAsync(store, SqlText.Migrations().Single(migration => migration.Name.StartsWith("0005", StringComparison.Ordinal)).Text);

        await store.Switches.SetAsync(Pause, Token);
        Assert.Equal([Pause], await store.Switches.ReadAsync(Token));
        Assert.Equal(100, (await store.Requests.ClaimForSendAsync(Lease, 1_000, Given.Now, cancellationToken: Token)).Count);
        Assert.NotNull(await store.Submissions.ClaimAsync(Lease, (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), Given.Now, Token));
    }

    private static ProviderSwitch Pause { get; } = new() { Provider = ProviderId.OpenAI, Setting = SwitchSetting.Paused, By = "ada", At = Given.Now };

    private static async Task FillAsync(SqliteEngineStore store)
    {
        await store.Requests.EnqueueAsync([.. Given.Requests(50).Select(request => request with { Profile = Given.Profile() with { Tags = "priority=7" } })], Given.Now, Token);
        await store.Requests.EnqueueAsync([.. Enumerable.Range(0, 100).Select(number => Given.LiveRequest($"live {number}"))], Given.Now, Token);
        await store.Batches.FlushAsync("run", Given.Now, Token);
    }

    private static Task ExecuteAsync(SqliteEngineStore store, string sql) => store.Database.WriteAsync(
        Durability.Process,
        connection =>
        {
            connection.Execute(sql);
            return 0;
        },
        Token);
}
