using System.Diagnostics;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

public sealed class SqliteFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_migration_is_recorded_by_name()
    {
        await using var harness = new SqliteHarness();
        await (await harness.OpenAsync()).DisposeAsync();
        await (await harness.OpenAsync()).DisposeAsync();

        using var connection = Connection.Open(harness.Path, isReadOnly: true, TimeSpan.Zero);

        Assert.Equal(
            string.Join(',', SqlText.Migrations().Select(migration => migration.Name)),
            connection.Scalar("SELECT group_concat(name) FROM (SELECT name FROM migrations ORDER BY name)"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions_named()
    {
        await using var harness = new SqliteHarness();
        await (await harness.OpenAsync()).DisposeAsync();
        using (var connection = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.Zero))
        {
            connection.Execute("INSERT INTO migrations (name) VALUES ('9998_later'), ('9999_later')");
        }

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(harness.OpenAsync);

        Assert.Contains("9999_later", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(SqlText.Migrations().Last().Name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await using var harness = new SqliteHarness();
        await File.WriteAllTextAsync(harness.Path, new string('x', 5_000), Token);

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(harness.OpenAsync);

        Assert.Contains("not a SQLite database", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        await using var harness = new SqliteHarness();
        using (var connection = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.Zero))
        {
            connection.Execute("CREATE TABLE theirs (id INTEGER)");
        }

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(harness.OpenAsync);

        Assert.Contains("belongs to another program", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_cannot_be_created_says_what_to_do()
    {
        await using var harness = new SqliteHarness();
        await File.WriteAllTextAsync(harness.Path, "", Token);

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(
            () => SqliteEngineStore.OpenAsync(Path.Combine(harness.Path, "below-a-file.db"), cancellationToken: Token));

        Assert.Contains("Choose a path", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_locked_for_too_long_says_so()
    {
        await using var harness = new SqliteHarness();
        await using var store = await harness.OpenSqliteAsync(new SqliteStoreOptions { BusyTimeout = TimeSpan.Zero });
        using var other = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.Zero);
        other.Execute("BEGIN IMMEDIATE");

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(() => store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token));
        Assert.Contains("Another process", refusal.Message, StringComparison.Ordinal);

        other.Execute("ROLLBACK");
        Assert.True((await store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token))[0].IsNew);
    }

    [Fact]
    public async Task A_new_database_is_readable_by_its_user_alone()
    {
        await using var harness = new SqliteHarness();
        await using var store = await harness.OpenSqliteAsync();
        await store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(harness.Path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(harness.Path + "-wal"));
        }
    }

    [Fact]
    public async Task Two_stores_on_one_file_see_each_others_requests()
    {
        await using var harness = new SqliteHarness();
        await using var first = await harness.OpenSqliteAsync();
        await using var second = await harness.OpenSqliteAsync();

        var tasks = Enumerable.Range(0, 20).Select(i => Task.Run(
            () => (i % 2 == 0 ? first : second).Requests.EnqueueAsync([.. Given.Requests(50)], Given.Now, Token), Token));
        var chunks = await Task.WhenAll(tasks);

        Assert.Equal(50, chunks.Sum(chunk => chunk.Count(e => e.IsNew)));
        Assert.Single(chunks.Select(chunk => chunk[7].Id).Distinct());
        Assert.Equal(50, (await second.Runs.ReadTotalsAsync("run", Token))?.Total);
    }

    [Fact]
    public async Task Only_one_store_on_a_file_runs_the_engine()
    {
        await using var harness = new SqliteHarness();
        await using var first = await harness.OpenSqliteAsync();
        await using var second = await harness.OpenSqliteAsync();

        var mine = await first.Lock.TryAcquireAsync(Token);
        Assert.NotNull(mine);
        Assert.Null(await second.Lock.TryAcquireAsync(Token));
        await mine.DisposeAsync();
        var theirs = await second.Lock.TryAcquireAsync(Token);
        Assert.NotNull(theirs);
        await theirs.DisposeAsync();
    }

    [Fact]
    public async Task What_a_killed_writer_had_not_committed_is_not_there()
    {
        await using var harness = new SqliteHarness();
        await using (var store = await harness.OpenSqliteAsync())
        {
            await store.Requests.EnqueueAsync(Given.Requests(100), Given.Now, Token);
        }

        // A writer that dies: its log holds pages of a transaction whose commit is not there.
        var writer = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.Zero);
        writer.Execute("PRAGMA cache_size = 2");
        writer.Execute("BEGIN IMMEDIATE");
        writer.Execute("UPDATE requests SET cancel_requested = 1");
        writer.Execute("INSERT INTO pages (id, is_answer, first_seq, last_seq, created_at, codec, raw_bytes, data) VALUES (99, 0, 0, 0, 0, 0, 0, zeroblob(1000000))");
        var copy = Directory.CreateDirectory(harness.Path + ".copy").FullName;
        File.Copy(harness.Path, Path.Combine(copy, "parsimony.db"));
        File.Copy(harness.Path + "-wal", Path.Combine(copy, "parsimony.db-wal"));
        writer.Dispose();
        Assert.True(new FileInfo(Path.Combine(copy, "parsimony.db-wal")).Length > 1_000_000);

        await using var after = await SqliteEngineStore.OpenAsync(Path.Combine(copy, "parsimony.db"), cancellationToken: Token);

        Assert.Equal(100, (await after.Runs.ReadTotalsAsync("run", Token))?.Total);
        Assert.False((await after.Requests.LoadAsync([1], Token))[0].IsCancelRequested);
        using var check = Connection.Open(Path.Combine(copy, "parsimony.db"), isReadOnly: true, TimeSpan.Zero);
        Assert.Equal("ok", check.Scalar("PRAGMA integrity_check"));
    }

    [Fact]
    public void The_operating_systems_library_is_used_where_it_is_new_enough()
    {
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 35));
        if (OperatingSystem.IsLinux() && File.Exists("/proc/self/maps") && SqliteLibrary.Name != "bundled")
        {
            var loaded = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(m => m.ModuleName).ToList();
            Assert.Contains(loaded, name => name.StartsWith("libsqlite3.so", StringComparison.Ordinal));
            Assert.DoesNotContain(loaded, name => name.Contains("e_sqlite3", StringComparison.Ordinal) && name.EndsWith(".so", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_verb_that_throws_leaves_nothing_behind()
    {
        await using var harness = new SqliteHarness();
        await using var store = await harness.OpenSqliteAsync();
        var first = Given.Request("a");
        await store.Requests.EnqueueAsync([first], Given.Now, Token);

        // The id is taken, which no source of ids does.
        await Assert.ThrowsAsync<SqliteStoreException>(
            () => store.Requests.EnqueueAsync([Given.Request("b", "new scope"), Given.Request("c") with { Id = first.Id }], Given.Now, Token));

        Assert.Null(await store.Runs.ReadTotalsAsync("new scope", Token));
        Assert.True((await store.Requests.EnqueueAsync([Given.Request("b", "new scope")], Given.Now, Token))[0].IsNew);
        Assert.Equal(1, (await store.Runs.ReadTotalsAsync("run", Token))?.Total);
    }

    [Fact]
    public async Task Sixteen_threads_share_a_store()
    {
        await using var harness = new SqliteHarness();
        await using var store = await harness.OpenSqliteAsync();
        var lease = new Lease("w", Given.Now.AddHours(1));
        await store.Requests.EnqueueAsync([.. Enumerable.Range(0, 400).Select(i => Given.LiveRequest($"{i}"))], Given.Now, Token);

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () =>
            {
                var mine = new List<long>();
                while (await store.Requests.ClaimForSendAsync(lease, 10, Given.Now, cancellationToken: Token) is { Count: > 0 } claimed)
                {
                    mine.AddRange(claimed.Select(r => r.Sequence));
                    Assert.NotNull(await store.Requests.ReadEnvelopeAsync(claimed[0].Sequence, Token));
                }

                return mine;
            },
            Token)));

        Assert.Equal(400, claims.SelectMany(c => c).Distinct().Count());
        Assert.Equal(400, claims.Sum(c => c.Count));
    }

    [Fact]
    public async Task Each_store_in_memory_begins_empty()
    {
        for (var i = 0; i < 200; i++)
        {
            await using var store = SqliteEngineStore.OpenInMemory(clock: new ManualClock());
            Assert.True((await store.Requests.EnqueueAsync([Given.Request()], Given.Now, Token))[0].IsNew);
        }
    }
}
