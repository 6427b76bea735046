using System.Globalization;

namespace Parsimony.Bench;

/// <summary>Whether the last requests of a million are accepted as fast as the first ones.</summary>
internal static class MillionBenchmark
{
    private const int Chunks = 100;
    private const int Chunk = 10_000;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"million: {Chunks * Chunk:N0} requests of 1 KB, accepted in chunks of {Chunk:N0} by one process");
        for (var run = 0; run < runs; run++)
        {
            await using var bench = await Workbench.OpenAsync();
            var seconds = new List<double>(Chunks);
            foreach (var chunk in Requests.Make(Chunks * Chunk, 1_024, seed: 4).Chunk(Chunk))
            {
                seconds.Add((await Comparison.TimeAsync(() => bench.Intake.EnqueueAsync(chunk))).TotalSeconds);
            }

            var (early, late) = (Comparison.Middle(seconds.Skip(1).Take(9)), Comparison.Middle(seconds.TakeLast(9)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  second chunk {seconds[1]:0.000} s, last {seconds[^1]:0.000} s: {seconds[^1] / seconds[1]:0.00}; median of chunks 2-10 {early:0.000} s, of the last nine {late:0.000} s: {late / early:0.00}; sum {seconds.Sum():0.0} s, slowest chunk {seconds.Max():0.000} s"));
            Console.WriteLine($"  database {new FileInfo(bench.DatabasePath).Length >> 20} MB for {Chunks * Chunk * 1_024L >> 20} MB of bodies");
        }
    }
}
