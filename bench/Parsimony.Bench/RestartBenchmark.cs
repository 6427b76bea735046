using System.Globalization;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Bench;

/// <summary>How soon a fresh process knows where it stands, after the one before it was killed with requests in flight.</summary>
internal static class RestartBenchmark
{
    private const int Count = 100_000;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"restart: {Count:N0} requests in flight; a fresh process opens the store and reads totals and open batches");
        await using var bench = await Workbench.OpenAsync();
        await bench.EnqueueAsync(Requests.Make(Count, 1_024, seed: 2), 10_000);
        await bench.SubmitAsync();
        var seconds = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            // Copied while it is open, as a killed process leaves it: with its log not yet in the database.
            var folder = Directory.CreateTempSubdirectory("parsimony-restart-").FullName;
            var path = Path.Combine(folder, "bench.db");
            File.Copy(bench.DatabasePath, path);
            File.Copy(bench.DatabasePath + "-wal", path + "-wal");
            var (first, output) = await ProcessFacts.RunChildAsync("restart-child", path);
            seconds.Add(first.TotalSeconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  answered {first.TotalSeconds:0.000} s after the start; log {new FileInfo(bench.DatabasePath + "-wal").Length >> 20} MB; {output.ReplaceLineEndings(" ")}"));
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  median {Comparison.Middle(seconds):0.000} s"));
    }

    public static async Task ChildAsync(string path)
    {
        await using var store = await SqliteEngineStore.OpenAsync(path);
        var totals = await store.Runs.ReadTotalsAsync("bench");
        var batches = await store.Batches.ListOpenAsync(null, 100);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"total {totals?.Total}, open {totals?.Open}, batches {batches.Count}, {ProcessFacts.SinceStart().TotalSeconds:0.00} s by its own clock, peak {ProcessFacts.PeakMegabytes():0} MB"));
    }
}
