using System.Globalization;
using Parsimony.Engine;
using Parsimony.Postgres.Server;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>What a claimed request costs the server when one, two and four nodes claim the same backlog.</summary>
internal static class PostgresClaimsBenchmark
{
    private const int Count = 20_000;
    private const int Page = 50;

    private static readonly int[] Workers = [1, 2, 4];

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"postgres-claims: {Count:N0} live requests claimed in pages of {Page}, per claimed request");
        Console.WriteLine("  nodes     claimed/s   statements   rows given   rows read   pages touched");
        await using var server = await BenchServer.StartAsync();
        var costs = new List<double[]>();
        foreach (var workers in Workers)
        {
            var all = new List<double[]>();
            for (var run = 0; run < runs; run++)
            {
                all.Add(await ClaimAsync(server, workers));
            }

            // The median of each.
            double[] middle = [.. Enumerable.Range(0, all[0].Length).Select(figure => Comparison.Middle(all.Select(figures => figures[figure])))];
            costs.Add(middle);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {workers,5} {middle[0],13:0} {middle[1],12:0.0000} {middle[2],12:0.000} {middle[3],11:0.00} {middle[4],15:0.0}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  four nodes / one: statements {costs[^1][1] / costs[0][1]:0.00}, rows given {costs[^1][2] / costs[0][2]:0.00}, rows read {costs[^1][3] / costs[0][3]:0.00}, pages touched {costs[^1][4] / costs[0][4]:0.00}"));
    }

    /// <summary>Claimed per second; then per claimed request: statements, rows they gave, rows read in tables, pages touched.</summary>
    private static async Task<double[]> ClaimAsync(PrivateServer server, int workers)
    {
        var connectionString = await server.CreateDatabaseAsync();
        await BenchServer.ReadAsync(connectionString, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT 0::float8");
        var nodes = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => PostgresEngineStore.OpenAsync(connectionString)));
        var ids = new IdSource(TimeProvider.System);
        foreach (var chunk in StoreRequests.Make(ids, Count, seed: 3, "bench", isLive: true).Chunk(10_000))
        {
            await nodes[0].Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
        }

        // Every node has connected and read the dictionaries before it is counted.
        await Task.WhenAll(nodes.Select(node => node.Requests.ClaimForSendAsync(LeaseOf(node), Page, DateTimeOffset.UtcNow)));
        await BenchServer.ReadAsync(connectionString, "DO $$ BEGIN PERFORM pg_stat_statements_reset(); END $$; SELECT 0::float8");
        var before = await ReadRowsAsync(connectionString);
        var claimed = 0;
        var took = await Comparison.TimeAsync(() => Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            while (await node.Requests.ClaimForSendAsync(LeaseOf(node), Page, DateTimeOffset.UtcNow) is { Count: > 0 } page)
            {
                Interlocked.Add(ref claimed, page.Count);
            }
        }))));
        // A connection that ends tells the server's statistics all it did.
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        var statements = await BenchServer.ReadAsync(
            connectionString,
            """
            SELECT sum(calls)::float8, sum(rows)::float8, sum(shared_blks_hit + shared_blks_read)::float8 FROM pg_stat_statements s
            JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database() AND query NOT LIKE '%pg_stat%'
            """);
        var rows = await ReadRowsAsync(connectionString) - before;
        return [claimed / took.TotalSeconds, statements[0] / claimed, statements[1] / claimed, rows / claimed, statements[2] / claimed];
    }

    private static Lease LeaseOf(PostgresEngineStore node) => new("node " + node.GetHashCode(), DateTimeOffset.UtcNow.AddMinutes(10));

    private static async Task<double> ReadRowsAsync(string connectionString) =>
        (await BenchServer.ReadAsync(connectionString, "SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::float8 FROM pg_stat_user_tables WHERE relname = 'requests'"))[0];
}
