using System.Globalization;
using System.Runtime.InteropServices;
using Parsimony.Bench;
using Parsimony.Storage.Sqlite;

(string Name, int Runs, Func<int, Task> Run)[] benchmarks =
[
    ("fingerprint", 5, FingerprintBenchmark.RunAsync),
    ("decision", 5, DecisionBenchmark.RunAsync),
    ("enqueue", 5, EnqueueBenchmark.RunAsync),
    ("collect", 5, CollectBenchmark.RunAsync),
    ("memory", 1, _ => MemoryBenchmark.RunAsync(1)),
    ("clouds", 1, _ => CloudBenchmark.RunAsync()),
    ("dialects", 25, DialectBenchmark.RunAsync),
    ("move", 1, _ => MoveBenchmark.RunAsync()),
    ("restart", 5, RestartBenchmark.RunAsync),
    ("million", 1, MillionBenchmark.RunAsync),
    ("postgres", 1, _ => PostgresEnqueueBenchmark.RunAsync(1_000_000)),
    ("postgres-collect", 3, PostgresCollectBenchmark.RunAsync),
    ("fair", 1, _ => FairShareBenchmark.RunAsync()),
    ("postgres-claims", 3, PostgresClaimsBenchmark.RunAsync),
    ("postgres-notify", 1, _ => PostgresNotifyBenchmark.RunAsync()),
    ("postgres-million", 1, PostgresMillionBenchmark.RunAsync),
];

switch (args)
{
    case ["restart-child", var path]:
        await RestartBenchmark.ChildAsync(path);
        return 0;
    case ["postgres", "--count", var count]:
        await PostgresEnqueueBenchmark.RunAsync(int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["clouds-child", var provider, var address]:
        await CloudBenchmark.ChildAsync(provider, new Uri(address));
        return 0;
    case ["memory-child"]:
        await MemoryBenchmark.ChildAsync();
        return 0;
}

var chosen = args is [var name, ..] && name != "all" ? benchmarks.Where(benchmark => benchmark.Name == name).ToArray() : benchmarks;
int? runs = args is [_, "--runs", var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
if (args.Length == 0 || chosen.Length == 0 || (args.Length > 1 && runs is null))
{
    Console.Error.WriteLine($"Usage: dotnet run -c Release --project bench/Parsimony.Bench -- all|{string.Join('|', benchmarks.Select(benchmark => benchmark.Name))} [--runs N], or postgres --count N");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, SQLite {SqliteLibrary.Version} ({SqliteLibrary.Name})");
foreach (var (_, usual, run) in chosen)
{
    await run(runs ?? usual);
}

return 0;
