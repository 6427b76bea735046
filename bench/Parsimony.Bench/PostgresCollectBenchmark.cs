using System.Globalization;
using System.Text;
using Npgsql;
using Parsimony.Engine;
using Parsimony.Postgres.Server;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>Chunks of decided result lines settled on PostgreSQL: answers, ledger entries, roll-ups and totals.</summary>
internal static class PostgresCollectBenchmark
{
    private const int Count = 100_000;
    private const int Chunk = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Lease Mine = new("bench", Now.AddMinutes(10));

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"postgres-collect: {Count:N0} decided lines settled in chunks of {Chunk:N0}");
        await using var server = await BenchServer.StartAsync();
        var comparison = await new Comparison()
            .Add("one node, results in input order", () => SettleAsync(server, isShuffled: false, workers: 1))
            .Add("one node, results in random order", () => SettleAsync(server, isShuffled: true, workers: 1))
            .Add("two nodes, a batch each", () => SettleAsync(server, isShuffled: false, workers: 2))
            .RunAsync(runs);
        comparison.Print(Count);
    }

    private static async Task<TimeSpan> SettleAsync(PrivateServer server, bool isShuffled, int workers)
    {
        var connectionString = await server.CreateDatabaseAsync();
        await using var source = Build(connectionString);
        await Schema.MigrateAsync(source, CancellationToken.None);
        var nodes = Enumerable.Range(0, workers).Select(_ => new PostgresDatabase(Build(connectionString), new PostgresStoreOptions())).ToList();
        var batches = new List<(long Batch, List<Settlement[]> Chunks)>();
        for (var i = 0; i < 2; i++)
        {
            var (batch, sequences) = await PrepareAsync(nodes[0], source);
            if (isShuffled)
            {
                new Random(5).Shuffle(sequences);
            }

            batches.Add((batch, sequences.Select(Answer).Chunk(Chunk).ToList()));
        }

        var took = await Comparison.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var store = new PostgresSettlementStore(nodes[worker]);
            foreach (var (batch, chunks) in batches.Where((_, i) => i % workers == worker))
            {
                foreach (var chunk in chunks)
                {
                    await store.SettleAsync(chunk, (batch, Mine), Now);
                }
            }
        }))));
        var answered = await ScalarAsync(source, "SELECT answered FROM scopes WHERE name = 'bench'");
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        return answered == Count ? took : throw new InvalidOperationException($"Answered {answered} of {Count}.");
    }

    private static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        return builder.Build();
    }

    private static Settlement Answer(long sequence) => new()
    {
        Sequence = sequence,
        Attempt = 1,
        Move = new SettlementMove.ToAnswered(Encoding.UTF8.GetBytes(new Prose((int)sequence).Next(300)), "stop"),
        Entry = new LedgerEntry
        {
            Sequence = sequence,
            Attempt = 1,
            Kind = LedgerKind.Batch,
            At = Now,
            Route = Route.Batch,
            Usage = new TokenUsage { UncachedInput = 128, Output = 75 },
            CostUsd = 0.000091m,
            BaselineUsd = 0.000182m,
            SavedByBatchUsd = 0.000091m,
            PriceSource = "bench",
            ProviderReference = string.Create(CultureInfo.InvariantCulture, $"chatcmpl-{sequence}"),
        },
    };

    private static async Task<(long Batch, long[] Sequences)> PrepareAsync(PostgresDatabase node, NpgsqlDataSource source)
    {
        var scope = await node.Dictionaries.ScopeNumberAsync(node, "bench", Now, CancellationToken.None);
        var profile = await node.Dictionaries.ProfileNumberAsync(
            node, new RequestProfile { Model = ModelId.Parse("openAI/gpt-5-mini"), Kind = EndpointKind.Chat, Dialect = Dialect.Canonical }, CancellationToken.None);
        var batch = await ScalarAsync(
            source,
            $"""
            INSERT INTO batches (key, provider, credential, kind, isolation_group, model, state, opened_at, sealed_at, provider_batch_id, ended_at,
                lease_owner, lease_until, count, open_items)
            VALUES (gen_random_uuid()::text, 'openAI', '', 0, '', '', 6, now(), now(), gen_random_uuid()::text, now(), 'bench', now(), {Count / 2}, {Count / 2})
            RETURNING id
            """);
        var first = await ScalarAsync(
            source,
            $"""
            WITH added AS (
                INSERT INTO requests (seq, id, identity, scope, profile, state, is_held, route, reason, attempt, batch, accepted_at, escalate_at, bound_usd)
                SELECT g, (lpad(to_hex({Now.ToUnixTimeMilliseconds()}), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid, gen_random_uuid(),
                    {scope}, {profile}, 1, false, 1, 1, 1, {batch}, now(), now() + interval '1 day', 0.01
                FROM (SELECT nextval('requests_seq') g FROM generate_series(1, {Count / 2})) s RETURNING seq)
            SELECT min(seq) FROM added
            """);
        await ScalarAsync(source, $"UPDATE scopes SET total = total + {Count / 2}, reserved_usd = reserved_usd + {Count / 200} WHERE id = {scope} RETURNING id");
        return (batch, [.. Enumerable.Range(0, Count / 2).Select(i => first + i)]);
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is long value ? value : 0;
    }
}
