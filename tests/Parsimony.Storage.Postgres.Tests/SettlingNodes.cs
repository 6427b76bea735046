using System.Globalization;
using Npgsql;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Several nodes on one database, whose batches and requests are made by bare SQL.</summary>
internal sealed class SettlingNodes : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly List<PostgresDatabase> _nodes = [];

    private SettlingNodes(NpgsqlDataSource source) => _source = source;

    internal IReadOnlyList<PostgresDatabase> Nodes => _nodes;

    internal static async Task<SettlingNodes> OpenAsync(string connectionString, int count)
    {
        var world = new SettlingNodes(Build(connectionString));
        await Schema.OpenAsync(world._source, mayMigrate: true, TestContext.Current.CancellationToken);
        for (var i = 0; i < count; i++)
        {
            world._nodes.Add(new PostgresDatabase(Build(connectionString), new PostgresStoreOptions()));
        }

        return world;
    }

    internal PostgresSettlementStore Settlements(int node) => new(_nodes[node]);

    internal PostgresLedgerStore Ledger(int node) => new(_nodes[node]);

    internal static Lease LeaseOf(string owner) => new(owner, Given.Now.AddMinutes(5));

    /// <summary>An ended batch, leased to a worker, with requests whose ids were made at an instant.</summary>
    internal async Task<(long Batch, List<long> Sequences)> BatchAsync(int count, string scope = "run", string owner = "worker 1", DateTimeOffset? at = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = _nodes[0];
        var scopeNumber = await node.Dictionaries.ScopeNumberAsync(node, scope, Given.Now, cancellation);
        var profile = await node.Dictionaries.ProfileNumberAsync(node, Given.Profile(), cancellation);
        var reason = await node.Dictionaries.PhraseNumberAsync(node, "batch: one of many, no deadline", cancellation);
        var batch = await ScalarAsync<long>(
            """
            INSERT INTO batches (key, provider, credential, kind, isolation_group, model, state, opened_at, sealed_at, provider_batch_id, ended_at,
                lease_owner, lease_until, count, open_items)
            VALUES (gen_random_uuid()::text, 'openAI', '', 0, '', '', 6, now(), now(), gen_random_uuid()::text, now(), $1, now() + interval '5 minutes', $2, $2)
            RETURNING id
            """,
            owner, count);
        var sequences = await ListAsync<long>(
            """
            INSERT INTO requests (seq, id, scope, profile, state, is_held, route, reason, attempt, batch, accepted_at, bound_usd)
            SELECT g, (lpad(to_hex($1), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid, $2, $3, 1, false, 1, $4, 1, $5, now(), 0.01
            FROM (SELECT nextval('requests_seq') g FROM generate_series(1, $6)) s RETURNING seq
            """,
            (at ?? Given.Now).ToUnixTimeMilliseconds(), scopeNumber, profile, reason, batch, count);
        await ScalarAsync<long>("UPDATE scopes SET total = total + $2, reserved_usd = reserved_usd + 0.01 * $2 WHERE id = $1 RETURNING id", scopeNumber, count);
        return (batch, sequences);
    }

    internal static List<Settlement> Answers(IEnumerable<long> sequences, decimal? costUsd = 0.002m) => [.. sequences.Select(sequence => new Settlement
    {
        Sequence = sequence,
        Attempt = 1,
        Move = new SettlementMove.ToAnswered(Given.Answer(sequence.ToString(CultureInfo.InvariantCulture)), "stop"),
        Entry = Given.Entry(sequence, 1, costUsd),
    })];

    internal async Task<T> ScalarAsync<T>(string sql, params object[] values) => (await ListAsync<T>(sql, values))[0];

    internal async Task<List<T>> ListAsync<T>(string sql, params object[] values)
    {
        await using var connection = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(await reader.GetFieldValueAsync<T>(0, TestContext.Current.CancellationToken));
        }

        return rows;
    }

    /// <summary>Totals of a scope and of both kinds of roll-ups agree with the ledger and the requests.</summary>
    internal async Task AssertExactAsync(long answered)
    {
        Assert.Equal(answered, await ScalarAsync<long>("SELECT count(*) FROM ledger"));
        Assert.Equal(answered, await ScalarAsync<long>("SELECT count(*) FROM requests WHERE state = 3"));
        Assert.Equal(answered, await ScalarAsync<long>("SELECT sum(answered)::bigint FROM scopes"));
        Assert.Equal(answered * 0.002m, await ScalarAsync<decimal>("SELECT sum(spent_usd) FROM scopes"));
        Assert.Equal(0m, await ScalarAsync<decimal>("SELECT sum(reserved_usd) FROM scopes"));
        Assert.Equal(0L, await ScalarAsync<long>("SELECT sum(open_items)::bigint FROM batches"));
        Assert.Equal([answered, answered], await ListAsync<long>("SELECT sum(entries)::bigint FROM rollups GROUP BY period"));
        Assert.Equal([answered * 0.002m, answered * 0.002m], await ListAsync<decimal>("SELECT sum(cost_usd) FROM rollups GROUP BY period"));
        Assert.Equal(
            answered,
            await ScalarAsync<long>("SELECT count(DISTINCT (r.answer_page, r.answer_slot)) FROM requests r JOIN pages p ON p.id = r.answer_page WHERE p.is_answer"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _source.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        return builder.Build();
    }
}
