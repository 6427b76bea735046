using System.Globalization;
using Parsimony.Engine;
using Parsimony.Storage.Postgres;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Bench;

/// <summary>How many of a large tenant's requests go before ten of a small one that come after them.</summary>
internal static class FairShareBenchmark
{
    private const int Many = 100_000;
    private const int Few = 10;
    private const int Page = 50;
    private const int BatchSize = 1_000;

    public static async Task RunAsync()
    {
        Console.WriteLine($"fair: {Many:N0} requests of one tenant, then {Few} of another; live calls claimed in pages of {Page}, batches of {BatchSize:N0} in a queue with room for two");
        var folder = Directory.CreateTempSubdirectory("parsimony-fair-").FullName;
        try
        {
            foreach (var isLive in (bool[])[true, false])
            {
                await using var store = await SqliteEngineStore.OpenAsync(Path.Combine(folder, $"{isLive}.db"));
                await MeasureAsync("SQLite", store, isLive);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        await using var server = await BenchServer.StartAsync();
        foreach (var isLive in (bool[])[true, false])
        {
            await using var store = await PostgresEngineStore.OpenAsync(await server.CreateDatabaseAsync());
            await MeasureAsync("PostgreSQL", store, isLive);
        }
    }

    private static async Task MeasureAsync(string name, IEngineStore store, bool isLive)
    {
        var ids = new IdSource(TimeProvider.System);
        foreach (var chunk in Of("many", Many, isLive, ids, seed: 5).Chunk(10_000))
        {
            await store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
        }

        await store.Requests.EnqueueAsync([.. Of("few", Few, isLive, ids, seed: 6)], DateTimeOffset.UtcNow);
        await store.Batches.FlushAsync(null, DateTimeOffset.UtcNow);
        var (rounds, others, found) = (0, 0, 0);
        var took = await Comparison.TimeAsync(async () =>
        {
            while (found < Few)
            {
                var (few, more) = isLive ? await ClaimLiveAsync(store) : await ClaimBatchAsync(store);
                rounds++;
                found += few;
                others += more;
            }
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}, {(isLive ? "live" : "batch")}: the ten are among the first {rounds} {(isLive ? "pages" : "batches")} with {others:N0} of the other's; {took.TotalMilliseconds / rounds:0} ms a claim"));
    }

    private static async Task<(int Few, int Others)> ClaimLiveAsync(IEngineStore store)
    {
        var page = await store.Requests.ClaimForSendAsync(Lease(), Page, DateTimeOffset.UtcNow);
        var few = page.Count(request => request.Profile.Tenant == "few");
        return (few, page.Count - few);
    }

    private static async Task<(int Few, int Others)> ClaimBatchAsync(IEngineStore store)
    {
        var queue = new Admission(IsOpen: true, MaxQueuedRequests: 2 * BatchSize, MaxQueuedTokens: null, DistinctCounts: false);
        var batch = await store.Submissions.ClaimAsync(Lease(), (_, _) => queue, DateTimeOffset.UtcNow) ?? throw new InvalidOperationException("The queue is full.");
        return batch.IsolationGroup == "few" ? ((int)batch.Count, 0) : (0, (int)batch.Count);
    }

    private static IEnumerable<NewRequest> Of(string tenant, int count, bool isLive, IdSource ids, int seed) =>
        StoreRequests.Make(ids, count, seed, tenant, isLive).Select(request => request with
        {
            Profile = request.Profile with { Tenant = tenant, IsolationGroup = tenant },
            Lane = request.Lane is { } lane ? lane with { MaxRequests = BatchSize, VarySize = false } : null,
        });

    private static Lease Lease() => new("bench", DateTimeOffset.UtcNow.AddMinutes(10));
}
