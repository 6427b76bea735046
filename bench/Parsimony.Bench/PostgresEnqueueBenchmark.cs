using System.Diagnostics;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>Requests accepted on PostgreSQL: how fast, whether the millionth costs what the first did, and what many short writers get.</summary>
internal static class PostgresEnqueueBenchmark
{
    private const int Chunk = 10_000;
    private const int Step = 100_000;
    private const int Writers = 32;

    public static async Task RunAsync(int count)
    {
        Console.WriteLine($"postgres: {count:N0} requests of {StoreRequests.Bytes:N0} bytes accepted in chunks of {Chunk:N0}");
        await using var server = await BenchServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(connectionString);
        var ids = new IdSource(TimeProvider.System);
        // Once before it is measured: code is compiled and the month's partition made.
        await store.Requests.EnqueueAsync(StoreRequests.Make(ids, 1_000, seed: 1, "warm"), DateTimeOffset.UtcNow);
        for (var done = 0; done < count; done += Step)
        {
            var chunks = StoreRequests.Make(ids, Math.Min(Step, count - done), seed: 100 + done, "bench").Chunk(Chunk).ToList();
            var (took, processor) = await TimeAsync(async () =>
            {
                foreach (var chunk in chunks)
                {
                    await store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
                }
            });
            Print($"{done:N0} to {done + Step:N0}", chunks.Sum(chunk => chunk.Length), took, processor);
        }

        var again = StoreRequests.Make(ids, Chunk, seed: 100, "bench");
        var (found, _) = await TimeAsync(() => store.Requests.EnqueueAsync(again, DateTimeOffset.UtcNow));
        Print("the first chunk again, found", Chunk, found, null);

        var pairs = StoreRequests.Make(ids, Step, seed: 9, "pairs").Chunk(Chunk).ToList();
        var (two, both) = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(async () =>
        {
            foreach (var chunk in pairs.Where((_, i) => i % 2 == half))
            {
                await store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
            }
        }))));
        Print("two chunks at a time", Step, two, both);

        var parts = StoreRequests.Make(ids, 20_000, seed: 7, "many").Chunk(10).ToList();
        var next = -1;
        var (many, work) = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < parts.Count; i = Interlocked.Increment(ref next))
            {
                await store.Requests.EnqueueAsync(parts[i], DateTimeOffset.UtcNow);
            }
        }))));
        Print($"{Writers} writers, 10 at a time", parts.Count * 10, many, work);
        if ((await store.Runs.ReadTotalsAsync("bench"))?.Total != count)
        {
            throw new InvalidOperationException("Not every request was accepted.");
        }
    }

    private static void Print(string what, int count, TimeSpan took, TimeSpan? processor) => Console.WriteLine(
        $"    {what,-32} {took.TotalSeconds,7:0.000} s  {count / took.TotalSeconds,9:N0}/s" + (processor is { } own ? $"  of which this process works {own.TotalSeconds:0.000} s" : ""));

    private static async Task<(TimeSpan Took, TimeSpan Processor)> TimeAsync(Func<Task> run)
    {
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var took = await Comparison.TimeAsync(run);
        self.Refresh();
        return (took, self.TotalProcessorTime - before);
    }
}
