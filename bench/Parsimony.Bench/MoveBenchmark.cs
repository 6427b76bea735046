using Parsimony.Engine;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Bench;

/// <summary>A store of 100,000 requests written to a file and read into another store: how long, and in how much memory.</summary>
internal static class MoveBenchmark
{
    private const int Count = 100_000;

    public static async Task RunAsync()
    {
        await using var bench = await Workbench.OpenAsync();
        await bench.EnqueueAsync(Requests.Make(Count, 1_024, seed: 3), 10_000);
        var folder = Directory.CreateTempSubdirectory("parsimony-move-").FullName;
        try
        {
            var path = Path.Combine(folder, "store.jsonl.br");
            var keys = new PayloadProtection(ProtectionKey.Parse(new string('7', 64)));
            var before = ProcessFacts.PeakMegabytes();
            var export = await Comparison.TimeAsync(async () =>
            {
                await using var file = File.Create(path);
                await StoreMove.ExportAsync(bench.Store, file, new StoreMoveOptions { Protection = keys });
            });
            await using var target = await SqliteEngineStore.OpenAsync(Path.Combine(folder, "target.db"));
            var import = await Comparison.TimeAsync(async () =>
            {
                await using var file = File.OpenRead(path);
                await StoreMove.ImportAsync(target, file, keys);
            });
            Console.WriteLine(
                $"move: {Count:N0} requests of 1 KB: export {export.TotalSeconds:0.0} s ({new FileInfo(path).Length >> 20:N0} MB, sealed), import {import.TotalSeconds:0.0} s; "
                + $"peak {before:0} MB before, {ProcessFacts.PeakMegabytes():0} MB after");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
