using Npgsql;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>What opening a store does, and what it says where it cannot.</summary>
public sealed class OpeningTests(PostgresServer server)
{
    private static readonly PostgresStoreOptions NoWait = new() { OpenTimeout = TimeSpan.Zero };

    [Fact]
    public async Task Many_nodes_may_bring_a_database_up_to_date_at_the_same_time()
    {
        var database = await server.CreateDatabaseAsync();

        var nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PostgresEngineStore.OpenAsync(database + ";Maximum Pool Size=5"))));

        foreach (var node in nodes)
        {
            Assert.Null(await node.Runs.ReadTotalsAsync("nobody's", TestContext.Current.CancellationToken));
            await node.DisposeAsync();
        }

        Assert.Equal(SqlText.Migrations().Select(migration => migration.Name), await Probe.ListAsync<string>(database, "SELECT name FROM migrations ORDER BY name"));
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        await (await PostgresEngineStore.OpenAsync(database, NoWait, null, TestContext.Current.CancellationToken)).DisposeAsync();
        await Probe.ListAsync<string>(database, "INSERT INTO migrations (name) VALUES ('9999_future') RETURNING name");

        Assert.Contains($"'9999_future', which is newer than this version's '{SqlText.Migrations().Last().Name}'", await MessageAsync(database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_with_tables_of_another_program_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        await server.Server.RunAsync("CREATE TABLE requests (id integer)", new NpgsqlConnectionStringBuilder(database).Database ?? "");

        Assert.Contains("tables of another program", await MessageAsync(database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stores_in_two_schemas_of_a_database_know_nothing_of_each_other()
    {
        var database = await server.CreateDatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await server.Server.RunAsync("CREATE SCHEMA one; CREATE SCHEMA two", new NpgsqlConnectionStringBuilder(database).Database ?? "");
        await using var one = await PostgresEngineStore.OpenAsync(database + ";Search Path=one", NoWait, null, token);
        await using var two = await PostgresEngineStore.OpenAsync(database + ";Search Path=two", NoWait, null, token);

        await one.Requests.EnqueueAsync(Given.Requests(3), Given.Now, token);

        Assert.Equal(3L, (await one.Runs.ReadTotalsAsync("run", token))?.Total);
        Assert.Null(await two.Runs.ReadTotalsAsync("run", token));
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        var database = await AskedAsync("wrongly");

        var message = await MessageAsync(database + ";Username=wrongly;Password=not-it");

        Assert.Contains("SQLSTATE 28P01", message, StringComparison.Ordinal);
        Assert.Contains("Check user name ('wrongly') and password", message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-it", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_rights_is_told_which()
    {
        var database = await AskedAsync("guest");

        var message = await MessageAsync(database + ";Username=guest;Password=secret-word");

        Assert.Contains("Grant user 'guest' the right", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_read_and_not_write_is_told_at_the_first_write()
    {
        var database = await AskedAsync("reader");
        var token = TestContext.Current.CancellationToken;
        await (await PostgresEngineStore.OpenAsync(database, NoWait, null, token)).DisposeAsync();
        await Probe.ListAsync<string>(database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        await using var store = await PostgresEngineStore.OpenAsync(database + ";Username=reader;Password=secret-word", NoWait, null, token);

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => store.Requests.EnqueueAsync(Given.Requests(3), Given.Now, token));

        Assert.Equal(("42501", false), (failure.SqlState, failure.IsTransient));
        Assert.Contains("Grant user 'reader' the right", failure.Message, StringComparison.Ordinal);
        Assert.Contains("all rights on its tables", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_is_told_with_what_to_do()
    {
        var message = await MessageAsync(server.Server.ConnectionString("nowhere"));

        Assert.Contains("database 'nowhere'", message, StringComparison.Ordinal);
        Assert.Contains("Create the database (createdb)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_schema_is_told_with_what_to_do()
    {
        var message = await MessageAsync(await server.CreateDatabaseAsync() + ";Search Path=nowhere");

        Assert.Contains("CREATE SCHEMA", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_by_its_address()
    {
        var failure = await Assert.ThrowsAsync<PostgresStoreException>(
            () => PostgresEngineStore.OpenAsync("Host=127.0.0.1;Port=1;Username=me;Password=secret-word;Database=mine", NoWait, null, TestContext.Current.CancellationToken));

        Assert.True(failure.IsTransient);
        Assert.Contains("PostgreSQL at 127.0.0.1:1, database 'mine'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Check that the server runs", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Password=secret-word;Host")]
    [InlineData("postgresql://me:secret-word@db/mine")]
    [InlineData("Host=db;Passwort=secret-word")]
    [InlineData("Host=db;Password=secret-word;Port=abc")]
    [InlineData("Host=db;Password=secret-word;Maximum Pool Size=2")]
    public async Task A_connection_string_that_cannot_be_read_is_told_without_it(string connectionString)
    {
        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresEngineStore.OpenAsync(connectionString, NoWait, null, TestContext.Current.CancellationToken));

        Assert.Contains("connection string", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> MessageAsync(string connectionString) =>
        (await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresEngineStore.OpenAsync(connectionString, NoWait, null, TestContext.Current.CancellationToken))).ToString();

    private async Task<string> AskedAsync(string user)
    {
        await server.Server.RunAsync($"CREATE ROLE {user} LOGIN PASSWORD 'secret-word' IN ROLE asked");
        return await server.CreateDatabaseAsync();
    }
}
