using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>A version migrates every schema before its own, works on the next one, and refuses those after.</summary>
public sealed class UpgradeTests : IAsyncDisposable
{
    private static readonly IReadOnlyList<(string Name, string Text)> Known = [.. SqlText.Migrations()];

    private static readonly SqliteStoreOptions Protected = new() { Protection = Keys.First };

    private readonly SqliteHarness _harness = new();

    /// <summary>Every schema there was.</summary>
    public static TheoryData<int> Schemas => [.. Enumerable.Range(1, Known.Count)];

    /// <summary>Every behaviour.</summary>
    public static TheoryData<string> Behaviours => [.. StoreConformance.All.Select(behaviour => behaviour.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task What_an_earlier_version_left_is_read_and_worked_on(int schema)
    {
        var expected = await OlderAsync(schema);

        await using var store = await _harness.OpenSqliteAsync(Protected);

        Assert.Equal(expected, await OlderStore.DescribeAsync(store, schema));
        await OlderStore.GoOnAsync(store);
        Assert.Equal(Known.Select(migration => migration.Name), List("SELECT group_concat(name) FROM migrations"));
        Assert.Equal("ok", Scalar("PRAGMA integrity_check"));
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Every_table_of_an_earlier_version_has_rows_in_these_tests(int schema)
    {
        await OlderAsync(Math.Min(schema, OlderStore.Filled));

        var empty = Tables("main").Where(table => Scalar($"SELECT count(*) FROM {table}") == "0");

        // What was identified long ago is kept apart from what is recent.
        Assert.Equal(schema < 4 ? ["identities"] : ["identities", .. OlderStore.LeftEmpty], empty.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_processes_may_migrate_at_the_same_time()
    {
        var expected = await OlderAsync(1);

        var stores = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => _harness.OpenSqliteAsync(Protected), Token)));

        foreach (var store in stores)
        {
            Assert.Equal(expected, await OlderStore.DescribeAsync(store, 1));
        }

        await OlderStore.GoOnAsync(stores[0]);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_that_fails_half_way_leaves_the_schema_as_it_was()
    {
        await OlderAsync(1);
        var before = Dump();

        var failure = Assert.Throws<SqliteStoreException>(() => Use(connection => Schema.Open(
            connection, _harness.Path, mayMigrate: true, [.. Known, ("9998_broken", "CREATE TABLE half (id INTEGER); DELETE FROM requests; INSERT INTO nowhere VALUES (1)")])));

        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Dump());
        await using var store = await _harness.OpenSqliteAsync(Protected);
        await OlderStore.GoOnAsync(store);
    }

    [Fact]
    public async Task Where_nothing_may_be_migrated_an_older_schema_is_refused_and_stays()
    {
        await OlderAsync(1);
        var before = Dump();

        var failure = await Assert.ThrowsAsync<SqliteStoreException>(() => _harness.OpenSqliteAsync(new SqliteStoreOptions { Migrate = false }));

        Assert.Contains($"schema '{Known[0].Name}', this version works on '{Known[^1].Name}', and migrating is switched off", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Dump());
        await (await _harness.OpenSqliteAsync()).DisposeAsync();
        await (await _harness.OpenSqliteAsync(new SqliteStoreOptions { Migrate = false })).DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task A_version_goes_on_when_the_next_one_migrates(string behaviour)
    {
        await using var harness = new NextHarness(_harness);
        await StoreConformance.All.Single(entry => entry.Name == behaviour).RunAsync(harness);

        Assert.Equal("9998_next", Scalar("SELECT max(name) FROM migrations"));
    }

    [Fact]
    public async Task Two_steps_ahead_is_refused_when_it_is_opened_and_by_a_node_that_runs()
    {
        await using var running = await _harness.OpenSqliteAsync();
        var node = new Node { Owner = "old", Version = "1", StartedAt = Given.Now };
        Use(connection => connection.Execute(NextSchema.Migration(Tables("main"))));
        Assert.Equal(Given.Now, await running.Nodes.BeatAsync(node, Given.Now, Token));
        await (await _harness.OpenSqliteAsync()).DisposeAsync();

        Use(connection => connection.Execute("INSERT INTO migrations (name) VALUES ('9999_after')"));

        var beat = await Assert.ThrowsAsync<SqliteStoreException>(() => running.Nodes.BeatAsync(node, Given.Now, Token));
        var opening = await Assert.ThrowsAsync<SqliteStoreException>(() => _harness.OpenSqliteAsync());
        Assert.Equal(opening.Message, beat.Message);
        Assert.True(beat.IsOutdated);
        Assert.Contains($"'9999_after', which is newer than this version's '{Known[^1].Name}' by 2 steps", beat.Message, StringComparison.Ordinal);
        Assert.Contains("Install the version that wrote it, or a newer one.", beat.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_another_line_of_versions_is_refused()
    {
        await (await _harness.OpenSqliteAsync()).DisposeAsync();
        Use(connection => connection.Execute($"UPDATE migrations SET name = '{Known[^1].Name}_other' WHERE name = '{Known[^1].Name}'"));

        var failure = await Assert.ThrowsAsync<SqliteStoreException>(() => _harness.OpenSqliteAsync());

        Assert.Contains("a version of another line wrote it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_new_is_not_left_out_of_an_export()
    {
        await using var store = await _harness.OpenSqliteAsync();
        Use(connection => connection.Execute(NextSchema.Migration(Tables("main"))));

        foreach (var onlyEnded in (bool[])[true, false])
        {
            var failure = await Assert.ThrowsAsync<SqliteStoreException>(
                () => StoreMove.ExportAsync(store, Stream.Null, new StoreMoveOptions { OnlyEnded = onlyEnded }, cancellationToken: Token));
            Assert.Contains("Export with the version that wrote it", failure.Message, StringComparison.Ordinal);
        }

        Assert.True((await store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token))[0].IsNew);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    /// <summary>A file as a version of that schema left it, with what that version could do in it.</summary>
    private async Task<IReadOnlyList<string>> OlderAsync(int schema)
    {
        await using var newest = new SqliteHarness();
        IReadOnlyList<string> lines;
        await using (var store = await newest.OpenSqliteAsync(schema >= 4 ? Protected : null))
        {
            await OlderStore.FillAsync(store, schema);
            lines = await OlderStore.DescribeAsync(store, schema);
        }

        Use(connection =>
        {
            // As it was then, also in what belongs to the file.
            connection.Execute("PRAGMA journal_mode = WAL; CREATE TABLE migrations (name TEXT PRIMARY KEY) WITHOUT ROWID");
            foreach (var (name, text) in Known.Take(schema))
            {
                connection.Execute(text);
                connection.Execute($"INSERT INTO migrations (name) VALUES ('{name}')");
            }

            connection.Execute($"ATTACH '{newest.Path}' AS newest");
            foreach (var table in Tables("main", connection))
            {
                var columns = string.Join(", ", Columns(connection, "main", table).Intersect(Columns(connection, "newest", table)));
                var known = table == "counters" ? "WHERE name IN (SELECT name FROM main.counters)" : "";
                connection.Execute($"INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table} {known}");
            }

            connection.Execute("DETACH newest");
        });
        return lines;
    }

    private static string[] Columns(Connection connection, string schema, string table) =>
        connection.Scalar($"SELECT group_concat(name) FROM pragma_table_info('{table}', '{schema}')").Split(',');

    private static string[] Tables(string schema, Connection connection) => connection.Scalar(
        $"SELECT group_concat(name) FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'").Split(',');

    private string[] Tables(string schema)
    {
        string[] tables = [];
        Use(connection => tables = Tables(schema, connection));
        return tables;
    }

    private string[] List(string sql) => Scalar(sql).Split(',');

    private string Scalar(string sql)
    {
        var value = "";
        Use(connection => value = connection.Scalar(sql));
        return value;
    }

    /// <summary>The schema, and how many rows each table has.</summary>
    private string Dump() =>
        Scalar("SELECT group_concat(sql, char(10)) FROM sqlite_master") + string.Join('\n', Tables("main").Append("migrations").Select(table => $"{table} {Scalar($"SELECT count(*) FROM {table}")}"));

    private void Use(Action<Connection> use)
    {
        using var connection = Connection.Open(_harness.Path, isReadOnly: false, TimeSpan.FromSeconds(20));
        use(connection);
    }

    /// <summary>The version's store, whose schema the next version migrates once it is open.</summary>
    private sealed class NextHarness(SqliteHarness harness) : IStoreHarness
    {
        private bool _isMigrated;

        public async Task<IEngineStore> OpenAsync()
        {
            var store = await harness.OpenSqliteAsync();
            if (!_isMigrated)
            {
                _isMigrated = true;
                // One statement was prepared before, and must not mind.
                await store.Runs.ReadTotalsAsync("run", Token);
                using var connection = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.FromSeconds(20));
                connection.Execute(NextSchema.Migration(Tables("main", connection)));
            }

            return store;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static class NextSchema
    {
        /// <summary>All that a migration may do: it adds columns, tables and indexes.</summary>
        internal static string Migration(IEnumerable<string> tables) =>
            string.Join(";\n", tables.Select(table => $"ALTER TABLE {table} ADD COLUMN next_column INTEGER NOT NULL DEFAULT 7"))
            + "; CREATE TABLE next_table (id INTEGER PRIMARY KEY); CREATE INDEX requests_next ON requests (next_column); INSERT INTO migrations (name) VALUES ('9998_next')";
    }
}
