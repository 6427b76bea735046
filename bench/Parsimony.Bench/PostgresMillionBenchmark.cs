using System.Globalization;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>Whether the last requests of a million are accepted on PostgreSQL as fast as the first ones.</summary>
internal static class PostgresMillionBenchmark
{
    private const int Chunks = 100;
    private const int Chunk = 10_000;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"postgres-million: {Chunks * Chunk:N0} requests of {StoreRequests.Bytes:N0} bytes, accepted in chunks of {Chunk:N0} by one node");
        await using var server = await BenchServer.StartAsync();
        var ids = new IdSource(TimeProvider.System);
        for (var run = 0; run < runs; run++)
        {
            var connectionString = await server.CreateDatabaseAsync();
            await using var store = await PostgresEngineStore.OpenAsync(connectionString);
            var seconds = new List<double>(Chunks);
            for (var i = 0; i < Chunks; i++)
            {
                var chunk = StoreRequests.Make(ids, Chunk, seed: 1_000 + i, "bench");
                seconds.Add((await Comparison.TimeAsync(() => store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow))).TotalSeconds);
            }

            var (early, late) = (Comparison.Middle(seconds.Skip(1).Take(9)), Comparison.Middle(seconds.TakeLast(9)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {Chunks * Chunk / seconds.Sum():0}/s; second chunk {seconds[1]:0.000} s, last {seconds[^1]:0.000} s: {seconds[^1] / seconds[1]:0.00}; median of chunks 2-10 {early:0.000} s, of the last nine {late:0.000} s: {late / early:0.00}; sum {seconds.Sum():0.0} s, slowest chunk {seconds.Max():0.000} s"));
            var size = await BenchServer.ReadAsync(connectionString, "SELECT pg_database_size(current_database())::float8");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  database {size[0] / (1 << 20):0} MB for {Chunks * Chunk * 1_024L >> 20} MB of bodies"));
        }
    }
}
