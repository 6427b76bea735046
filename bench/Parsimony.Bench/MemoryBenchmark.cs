using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Bench;

/// <summary>The largest working set of a process through which half a gigabyte goes out and comes back.</summary>
internal static class MemoryBenchmark
{
    private const int Count = 5_000;
    private const int Bytes = 100_000;
    private const int ChunkBytes = 5_000_000;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"memory: {Count:N0} requests of {Bytes:N0} bytes accepted, written to files, answered with as much, settled and streamed out, in a process of its own");
        for (var run = 0; run < runs; run++)
        {
            var (_, output) = await ProcessFacts.RunChildAsync("memory-child");
            Console.Write(output);
        }
    }

    public static async Task ChildAsync()
    {
        Report("start");
        await using var bench = await Workbench.OpenAsync(answerBytes: Bytes);
        await PassAsync(bench, Requests.Model);
    }

    /// <summary>Half a gigabyte out and back through a workbench, its peak told after each step.</summary>
    internal static async Task PassAsync(Workbench bench, ModelId model)
    {
        await bench.Store.Runs.BeginAsync("bench", "memory", null, DateTimeOffset.UtcNow);
        var position = 0;
        await foreach (var chunk in bench.Intake.EnqueueAllAsync(Chunks(model).ToAsyncEnumerable(), request => request))
        {
            var from = position;
            await bench.Store.Runs.AddItemsAsync("bench", [.. chunk.Requests.Select((request, i) => new RunItem(from + i, $"item-{from + i}", from + i + 1, 0, request.Sequence))]);
            position += chunk.Items.Count;
        }

        await bench.Store.Batches.FlushAsync(null, DateTimeOffset.UtcNow);
        Report("accepted");
        await bench.SubmitAsync();
        Report("written");
        await bench.PollAsync();
        await bench.CollectAsync();
        if (await bench.Store.Batches.ListOpenAsync("bench", 1) is [var open])
        {
            // An engine would try again, and measure the work twice.
            throw new InvalidOperationException($"The batch is {open.State}: {open.FailureCode}.");
        }

        Report("settled");
        long bytes = 0;
        await foreach (var result in bench.Store.Runs.ReadResultsAsync("bench"))
        {
            bytes += result.Answer?.Length ?? throw new InvalidOperationException($"Item {result.Item.Position} has no answer.");
        }

        Report($"streamed out ({bytes / 1_000_000} MB)");
    }

    private static IEnumerable<IntakeRequest[]> Chunks(ModelId model)
    {
        var prose = new Prose(9);
        for (var position = 0; position < Count; position += ChunkBytes / Bytes)
        {
            var chunk = new IntakeRequest[Math.Min(ChunkBytes / Bytes, Count - position)];
            for (var i = 0; i < chunk.Length; i++)
            {
                chunk[i] = Requests.Of(Requests.One(prose, Bytes, model), "bench");
            }

            yield return chunk;
        }
    }

    internal static void Report(string stage) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {stage,-24} peak {ProcessFacts.PeakMegabytes():0} MB, heap {GC.GetTotalMemory(forceFullCollection: false) >> 20} MB"));
}
