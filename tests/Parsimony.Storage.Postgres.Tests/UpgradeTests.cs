using Npgsql;
using Parsimony.Engine;
using Parsimony.Storage.Sqlite.Tests;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>A version migrates every schema before its own, works on the next one, and refuses those after.</summary>
public sealed class UpgradeTests(PostgresServer server)
{
    private const string Tables =
        "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations' ORDER BY relname";

    // All that a migration may do: it adds columns, tables and indexes.
    private const string NextMigration =
        """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations' LOOP
                EXECUTE format('ALTER TABLE %I ADD COLUMN next_column integer NOT NULL DEFAULT 7', name);
            END LOOP;
        END $$;
        CREATE TABLE next_table (id integer PRIMARY KEY);
        CREATE INDEX requests_next ON requests (next_column);
        INSERT INTO migrations (name) VALUES ('9998_next');
        """;

    private static readonly IReadOnlyList<(string Name, string Text)> Known = [.. SqlText.Migrations()];

    private static readonly PostgresStoreOptions Protected = new() { OpenTimeout = TimeSpan.Zero, Protection = Keys.First };

    private readonly CallersClock _clock = new();
    private string _database = "";
    private string _name = "";

    /// <summary>Every schema there was.</summary>
    public static TheoryData<int> Schemas => [.. Enumerable.Range(1, Known.Count)];

    /// <summary>Every behaviour.</summary>
    public static TheoryData<string> Behaviours => [.. StoreConformance.All.Where(behaviour => !behaviour.IsOfOneEngine).Select(behaviour => behaviour.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Older => _database + ";Search Path=older";

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task What_an_earlier_version_left_is_read_and_worked_on(int schema)
    {
        var expected = await OlderAsync(schema);

        await using var store = await OpenAsync(Protected);

        Assert.Equal(expected, await OlderStore.DescribeAsync(store, schema));
        await OlderStore.GoOnAsync(store);
        Assert.Equal(Known.Select(migration => migration.Name), await Probe.ListAsync<string>(Older, "SELECT name FROM migrations ORDER BY name"));
        await Probe.AssertExactAsync(Older);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Every_table_of_an_earlier_version_has_rows_in_these_tests(int schema)
    {
        await OlderAsync(Math.Min(schema, OlderStore.Filled));

        var empty = new List<string>();
        foreach (var table in await Probe.ListAsync<string>(Older, Tables))
        {
            if (await Probe.ScalarAsync<long>(Older, $"SELECT count(*) FROM {table}") == 0)
            {
                empty.Add(table);
            }
        }

        Assert.Equal(schema < 4 ? [] : OlderStore.LeftEmpty, empty);
    }

    [Fact]
    public async Task Two_nodes_may_migrate_at_the_same_time()
    {
        var expected = await OlderAsync(1);

        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => OpenAsync(Protected), Token)));

        foreach (var node in nodes)
        {
            Assert.Equal(expected, await OlderStore.DescribeAsync(node, 1));
        }

        await OlderStore.GoOnAsync(nodes[0]);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_that_fails_half_way_leaves_the_schema_as_it_was()
    {
        await OlderAsync(1);
        var before = await DumpAsync();
        await using var source = NpgsqlDataSource.Create(Older);

        var failure = await Assert.ThrowsAsync<PostgresException>(() => Schema.OpenAsync(
            source, mayMigrate: true, Token, [.. Known, ("9998_broken", "CREATE TABLE half (id integer); DELETE FROM requests; INSERT INTO nowhere VALUES (1)")]));

        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await DumpAsync());
        await using var store = await OpenAsync(Protected);
        await OlderStore.GoOnAsync(store);
    }

    [Fact]
    public async Task Where_nothing_may_be_migrated_an_older_schema_is_refused_and_stays()
    {
        await OlderAsync(1);
        var before = await DumpAsync();
        var asItIs = new PostgresStoreOptions { OpenTimeout = TimeSpan.Zero, Migrate = false };

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => OpenAsync(asItIs));
        var empty = await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresEngineStore.OpenAsync(_database + ";Search Path=public", asItIs, null, Token));

        Assert.Contains($"schema '{Known[0].Name}', this version works on '{Known[^1].Name}', and migrating is switched off", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no schema yet", empty.Message, StringComparison.Ordinal);
        Assert.Equal(before, await DumpAsync());
        await (await OpenAsync(new PostgresStoreOptions())).DisposeAsync();
        await (await OpenAsync(asItIs)).DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task A_version_goes_on_when_the_next_one_migrates(string behaviour)
    {
        var harness = new PostgresHarness(server);
        await StoreConformance.All.Single(entry => entry.Name == behaviour).RunAsync(new NextHarness(harness));

        Assert.Equal("9998_next", await Probe.ScalarAsync<string>(await harness.ConnectAsync(), "SELECT max(name) FROM migrations"));
    }

    [Fact]
    public async Task Two_steps_ahead_is_refused_when_it_is_opened_and_by_a_node_that_runs()
    {
        var harness = new PostgresHarness(server);
        await using var running = await harness.OpenPostgresAsync();
        var database = await harness.ConnectAsync();
        var node = new Node { Owner = "old", Version = "1", StartedAt = Given.Now };
        await Probe.ListAsync<int>(database, NextMigration);
        await running.Nodes.BeatAsync(node, Given.Now, Token);
        await (await harness.OpenPostgresAsync()).DisposeAsync();

        await Probe.ListAsync<string>(database, "INSERT INTO migrations (name) VALUES ('9999_after') RETURNING name");

        var beat = await Assert.ThrowsAsync<PostgresStoreException>(() => running.Nodes.BeatAsync(node, Given.Now, Token));
        var opening = await Assert.ThrowsAsync<PostgresStoreException>(() => harness.OpenPostgresAsync());
        Assert.Equal(opening.Message, beat.Message);
        Assert.True(beat.IsOutdated);
        Assert.Contains($"'9999_after', which is newer than this version's '{Known[^1].Name}' by 2 steps", beat.Message, StringComparison.Ordinal);
        // An engine on it stops by itself.
        await using var engine = new EngineRuntime(new EngineSetup { Store = running, Providers = new OneProvider(_ => Task.FromResult(OneProvider.Answer)) });
        Assert.Equal(beat.Message, (await Assert.ThrowsAsync<PostgresStoreException>(() => engine.RunAsync(Token))).Message);
    }

    [Fact]
    public async Task What_is_new_is_not_left_out_of_an_export()
    {
        var harness = new PostgresHarness(server);
        await using var store = await harness.OpenPostgresAsync();
        await Probe.ListAsync<int>(await harness.ConnectAsync(), NextMigration);

        foreach (var onlyEnded in (bool[])[true, false])
        {
            var failure = await Assert.ThrowsAsync<PostgresStoreException>(
                () => StoreMove.ExportAsync(store, Stream.Null, new StoreMoveOptions { OnlyEnded = onlyEnded }, cancellationToken: Token));
            Assert.Contains("Export with the version that wrote it", failure.Message, StringComparison.Ordinal);
        }

        Assert.True((await store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token))[0].IsNew);
    }

    private async Task<IEngineStore> OpenAsync(PostgresStoreOptions options) =>
        _clock.Around(await PostgresEngineStore.OpenAsync(Older, options with { LeaseClock = _clock }, _clock, Token));

    /// <summary>A schema as a version of that number left it, with what that version could do in it.</summary>
    private async Task<IReadOnlyList<string>> OlderAsync(int schema)
    {
        _database = await server.CreateDatabaseAsync();
        _name = new NpgsqlConnectionStringBuilder(_database).Database ?? "";
        await server.Server.RunAsync("CREATE SCHEMA newest; CREATE SCHEMA older", _name);
        IReadOnlyList<string> lines;
        await using (var store = _clock.Around(await PostgresEngineStore.OpenAsync(
            _database + ";Search Path=newest", new PostgresStoreOptions { LeaseClock = _clock, Protection = schema >= 4 ? Keys.First : null }, _clock, Token)))
        {
            await OlderStore.FillAsync(store, schema);
            lines = await OlderStore.DescribeAsync(store, schema);
        }

        await Probe.ListAsync<int>(Older, "CREATE TABLE migrations (name text PRIMARY KEY)");
        foreach (var (name, text) in Known.Take(schema))
        {
            await Probe.ListAsync<int>(Older, text);
            await Probe.ListAsync<int>(Older, $"INSERT INTO migrations (name) VALUES ('{name}')");
        }

        await CopyAsync();
        return lines;
    }

    /// <summary>All rows, as far as the older schema has their tables and columns; with the sequences that number them.</summary>
    private async Task CopyAsync()
    {
        await Probe.ListAsync<string>(
            Older, "SELECT add_month(to_date(right(relname, 7), 'YYYY_MM'))::text FROM pg_class WHERE relnamespace = 'newest'::regnamespace AND relname ~ '^pages_[0-9]{4}_[0-9]{2}$'");
        foreach (var table in await Probe.ListAsync<string>(Older, Tables))
        {
            var columns = await Probe.ScalarAsync<string>(
                Older,
                $"""
                SELECT string_agg(quote_ident(o.attname), ', ') FROM pg_attribute o JOIN pg_attribute n ON n.attrelid = 'newest.{table}'::regclass AND n.attname = o.attname
                WHERE o.attrelid = 'older.{table}'::regclass AND o.attnum > 0 AND NOT o.attisdropped
                """);
            await Probe.ListAsync<int>(Older, $"DELETE FROM older.{table}; INSERT INTO older.{table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM newest.{table}");
        }

        foreach (var sequence in await Probe.ListAsync<string>(Older, "SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'older'"))
        {
            await Probe.ListAsync<long>(Older, $"SELECT setval('older.{sequence}', last_value, is_called) FROM newest.{sequence}");
        }
    }

    /// <summary>Tables and columns, and how many rows each table has.</summary>
    private async Task<List<string>> DumpAsync()
    {
        var lines = await Probe.ListAsync<string>(
            Older, "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'older' ORDER BY 1");
        foreach (var table in (await Probe.ListAsync<string>(Older, Tables)).Append("migrations"))
        {
            lines.Add($"{table} {await Probe.ScalarAsync<long>(Older, $"SELECT count(*) FROM {table}")}");
        }

        return lines;
    }

    /// <summary>The version's store, whose schema the next version migrates once it is open.</summary>
    private sealed class NextHarness(PostgresHarness harness) : IStoreHarness
    {
        private bool _isMigrated;

        public async Task<IEngineStore> OpenAsync()
        {
            var store = await harness.OpenAsync();
            if (!_isMigrated)
            {
                _isMigrated = true;
                await Probe.ListAsync<int>(await harness.ConnectAsync(), NextMigration);
            }

            return store;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
