using System.Diagnostics;
using Parsimony.Engine;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>Requests accepted on PostgreSQL: how fast, whether the millionth costs what the first did, and what many short writers get.</summary>
internal static class PostgresEnqueueBenchmark
{
    private const int Bytes = 1_024;
    private const int Chunk = 10_000;
    private const int Step = 100_000;
    private const int Writers = 32;

    private static readonly LaneLimits Lane = new(50_000, 200_000_000, null, OneModelPerBatch: true, VarySize: true);

    private static readonly RequestProfile Profile = new() { Model = Requests.Model, Kind = EndpointKind.Chat, Dialect = Dialect.Canonical };

    public static async Task RunAsync(int count)
    {
        Console.WriteLine($"postgres: {count:N0} requests of {Bytes:N0} bytes accepted in chunks of {Chunk:N0}");
        await using var server = await PostgresServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using var store = await PostgresEngineStore.OpenAsync(connectionString);
        var ids = new IdSource(TimeProvider.System);
        // Once before it is measured: code is compiled and the month's partition made.
        await store.Requests.EnqueueAsync(Make(ids, 1_000, seed: 1, "warm"), DateTimeOffset.UtcNow);
        for (var done = 0; done < count; done += Step)
        {
            var chunks = Make(ids, Math.Min(Step, count - done), seed: 100 + done, "bench").Chunk(Chunk).ToList();
            var (took, processor) = await TimeAsync(async () =>
            {
                foreach (var chunk in chunks)
                {
                    await store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
                }
            });
            Print($"{done:N0} to {done + Step:N0}", chunks.Sum(chunk => chunk.Length), took, processor);
        }

        var again = Make(ids, Chunk, seed: 100, "bench");
        var (found, _) = await TimeAsync(() => store.Requests.EnqueueAsync(again, DateTimeOffset.UtcNow));
        Print("the first chunk again, found", Chunk, found, null);

        var pairs = Make(ids, Step, seed: 9, "pairs").Chunk(Chunk).ToList();
        var (two, both) = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(async () =>
        {
            foreach (var chunk in pairs.Where((_, i) => i % 2 == half))
            {
                await store.Requests.EnqueueAsync(chunk, DateTimeOffset.UtcNow);
            }
        }))));
        Print("two chunks at a time", Step, two, both);

        var parts = Make(ids, 20_000, seed: 7, "many").Chunk(10).ToList();
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

    // As the intake hands them over: everything about them is known.
    private static List<NewRequest> Make(IdSource ids, int count, int seed, string scope)
    {
        var prose = new Prose(seed);
        var now = DateTimeOffset.UtcNow;
        var requests = new List<NewRequest>(count);
        for (var i = 0; i < count; i++)
        {
            var envelope = Requests.One(prose, Bytes);
            requests.Add(new NewRequest
            {
                Id = new RequestId(ids.Next()),
                Identity = new RequestIdentity { Scope = scope, Fingerprint = Fingerprinter.Of(envelope) },
                Body = envelope.Bytes,
                Profile = Profile,
                Route = Route.Batch,
                Reason = "batch: one of many, no deadline",
                Deadline = now.AddHours(24),
                EscalateAt = now.AddHours(23),
                PrefixKey = 1,
                LineBytes = envelope.Bytes.Length + 200,
                TokenBound = 400,
                BoundUsd = 0.00045m,
                Lane = Lane,
            });
        }

        return requests;
    }
}
