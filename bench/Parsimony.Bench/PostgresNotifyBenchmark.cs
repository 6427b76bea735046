using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Storage.Postgres;

namespace Parsimony.Bench;

/// <summary>From the settlement of a request by one node to the caller that waits for it at another.</summary>
internal static class PostgresNotifyBenchmark
{
    private const int Count = 300;
    private const int Warmup = 50;

    public static async Task RunAsync()
    {
        Console.WriteLine($"postgres-notify: {Count:N0} answers, one at a time, settled at one node and awaited at another");
        await using var server = await BenchServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using var settling = await PostgresEngineStore.OpenAsync(connectionString);
        await using var waiting = await PostgresEngineStore.OpenAsync(connectionString);
        await using var node = new EngineRuntime(new EngineSetup
        {
            Store = waiting,
            Providers = new ProviderRegistry([]),
            // Polling must not help.
            Options = new EngineOptions { WaitPollInterval = TimeSpan.FromHours(1) },
        });
        var listening = new TaskCompletionSource();
        node.Signals.EndedElsewhere += () => listening.TrySetResult();
        var settle = new List<double>();
        var wake = new List<double>();
        for (var i = 0; i < Warmup + Count; i++)
        {
            var now = DateTimeOffset.UtcNow;
            var request = (await settling.Requests.EnqueueAsync([Request(i)], now))[0];
            var wait = node.Client.WaitAsync(request.Id);
            await listening.Task;
            // Until the caller has looked once and found nothing: it is the notice that is measured.
            await Task.Delay(20);
            var began = Stopwatch.GetTimestamp();
            await settling.Settlements.SettleAsync([Answer(request.Sequence, now)], null, now);
            var settled = Stopwatch.GetTimestamp();
            await wait;
            if (i >= Warmup)
            {
                settle.Add(Stopwatch.GetElapsedTime(began, settled).TotalMilliseconds);
                wake.Add(Stopwatch.GetElapsedTime(settled).TotalMilliseconds);
            }
        }

        Print("the settlement itself", settle);
        Print("from its end to the awaiting caller's answer", wake);
    }

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {what}: p50 {times[times.Count / 2]:0.0} ms, p95 {times[times.Count * 95 / 100]:0.0} ms, most {times[^1]:0.0} ms"));
    }

    private static NewRequest Request(int number) => new()
    {
        Id = new RequestId(Guid.CreateVersion7()),
        // Each under a key of its own: none is the same request as another.
        Identity = new RequestIdentity { Scope = "bench", CallerKey = number.ToString(CultureInfo.InvariantCulture), Fingerprint = default },
        Profile = new RequestProfile { Model = ModelId.Parse("openAI/gpt-5-mini"), Kind = EndpointKind.Chat, Dialect = Dialect.Canonical },
        Body = Encoding.UTF8.GetBytes(new Prose(number).Next(300)),
        Route = Route.Live,
        Reason = "live: asked",
    };

    private static Settlement Answer(long sequence, DateTimeOffset now) => new()
    {
        Sequence = sequence,
        Attempt = 1,
        Move = new SettlementMove.ToAnswered(Encoding.UTF8.GetBytes(new Prose((int)sequence).Next(300)), "stop"),
        Entry = new LedgerEntry
        {
            Sequence = sequence,
            Attempt = 1,
            Kind = LedgerKind.Live,
            At = now,
            Route = Route.Live,
            Usage = new TokenUsage { UncachedInput = 128, Output = 75 },
            CostUsd = 0.000091m,
            BaselineUsd = 0.000091m,
            PriceSource = "bench",
            ProviderReference = "bench",
        },
    };
}
