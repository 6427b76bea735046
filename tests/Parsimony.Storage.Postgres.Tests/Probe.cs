using Npgsql;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Looks into a database beside the store.</summary>
internal static class Probe
{
    internal static async Task<List<T>> ListAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(await reader.GetFieldValueAsync<T>(0, TestContext.Current.CancellationToken));
        }

        return rows;
    }

    internal static async Task<T> ScalarAsync<T>(string connectionString, string sql) => Assert.Single(await ListAsync<T>(connectionString, sql));

    /// <summary>What is counted agrees with what is there: scopes, batches, and one filling batch per lane; and nobody had to be ended for a deadlock.</summary>
    internal static async Task AssertExactAsync(string connectionString)
    {
        Assert.Empty(await ListAsync<string>(
            connectionString,
            """
            SELECT s.name || ': ' || s.total || '/' || count(r.seq) || ' ' || s.reserved_usd FROM scopes s LEFT JOIN requests r ON r.scope = s.id GROUP BY s.id
            HAVING (s.total, s.held, s.answered, s.cancelled, s.reserved_usd) IS DISTINCT FROM (
                count(r.seq), count(*) FILTER (WHERE r.is_held), count(*) FILTER (WHERE r.state = 3), count(*) FILTER (WHERE r.state = 6),
                coalesce(sum(r.bound_usd) FILTER (WHERE r.state < 3 AND NOT r.is_held), 0))
            """));
        Assert.Empty(await ListAsync<string>(
            connectionString,
            """
            SELECT b.id || ': ' || b.state || ' ' || b.open_items || '/' || b.count || '/' || count(r.seq) FROM batches b LEFT JOIN requests r ON r.batch = b.id GROUP BY b.id
            HAVING b.open_items <> count(*) FILTER (WHERE r.state = 1) OR b.count <> count(r.seq) OR b.first_seq <> min(r.seq) OR b.last_seq <> max(r.seq)
            """));
        Assert.Empty(await ListAsync<string>(connectionString, "SELECT model FROM batches WHERE state = 0 GROUP BY provider, credential, kind, isolation_group, model HAVING count(*) > 1"));
        Assert.Equal(0L, await ScalarAsync<long>(connectionString, "SELECT count(*) FROM requests r WHERE r.body_page <> '00000000-0000-0000-0000-000000000000' AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.id = r.body_page)"));
        Assert.Equal(0L, await ScalarAsync<long>(connectionString, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }
}
