using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Parsimony.Bench;

/// <summary>Result lines from the provider's file to settled requests, beside parsing them and writing the same ledger entry bare.</summary>
internal static class CollectBenchmark
{
    private const int Count = 100_000;
    private const int Chunk = 1_000;

    // OpenAI takes at most 50,000 requests in a batch.
    private static readonly string[] Uploads = ["file-1", "file-2"];

    private const string Table = """
        CREATE TABLE ledger (
            number INTEGER PRIMARY KEY, request INTEGER, attempt INTEGER, kind INTEGER, revision INTEGER, scope INTEGER, profile INTEGER, at INTEGER,
            route INTEGER, uncached_input INTEGER, cache_read INTEGER, cache_write_short INTEGER, cache_write_long INTEGER, output INTEGER,
            reasoning INTEGER, images INTEGER, cost_usd TEXT, upper_bound_usd TEXT, baseline_usd TEXT, saved_by_batch TEXT, saved_by_cache TEXT,
            saved_by_tier TEXT, saved_by_reuse TEXT, saved_by_routing TEXT, price_source INTEGER, provider_reference TEXT)
        """;

    public static async Task RunAsync(int runs)
    {
        Console.WriteLine($"collect: {Count:N0} result lines read, decided, booked and settled in chunks of {Chunk:N0}");
        var comparison = await new Comparison()
            .Add("product, results in input order", () => ProductAsync(isShuffled: false))
            .Add("parse and bare ledger insert", FloorAsync)
            .Add("product, results in random order", () => ProductAsync(isShuffled: true))
            .RunAsync(runs);
        comparison.Print(Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  product in random order / parse and bare ledger insert: {comparison.Median(2) / comparison.Median(1):0.00}"));
    }

    private static async Task<Workbench> PrepareAsync(bool isShuffled)
    {
        var bench = await Workbench.OpenAsync(answerBytes: 300, isShuffled);
        await bench.EnqueueAsync(Requests.Make(Count, 512, seed: 3), 10_000);
        await bench.SubmitAsync();
        await bench.PollAsync();
        // What preparing left behind is not collecting's to clear away.
        GC.Collect();
        return bench;
    }

    private static async Task<TimeSpan> ProductAsync(bool isShuffled)
    {
        await using var bench = await PrepareAsync(isShuffled);
        var took = await Comparison.TimeAsync(bench.CollectAsync);
        var totals = await bench.Store.Runs.ReadTotalsAsync("bench");
        return totals?.Answered == Count ? took : throw new InvalidOperationException($"Answered {totals?.Answered} of {Count}.");
    }

    private static async Task<TimeSpan> FloorAsync()
    {
        await using var bench = await PrepareAsync(isShuffled: true);
        using var floor = new FloorDatabase(Table);
        return Comparison.Time(() =>
        {
            foreach (var part in Uploads.SelectMany(id => Lines(bench.Local.OutputPath(id))).Chunk(Chunk))
            {
                Insert(floor.Connection, part);
            }
        });
    }

    private static IEnumerable<Line> Lines(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            var body = document.RootElement.GetProperty("response").GetProperty("body");
            var usage = body.GetProperty("usage");
            var customId = document.RootElement.GetProperty("custom_id").GetString() ?? "";
            yield return new Line(
                long.Parse(customId.Split('-')[^2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                usage.GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("completion_tokens").GetInt64(), body.GetProperty("id").GetString() ?? "");
        }
    }

    private static void Insert(SqliteConnection connection, Line[] lines)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"INSERT INTO ledger VALUES (NULL, {string.Join(", ", Enumerable.Range(1, 25).Select(i => $"@p{i}"))})";
        var values = Enumerable.Range(1, 25).Select(i => insert.Parameters.AddWithValue($"@p{i}", DBNull.Value)).ToArray();
        insert.Prepare();
        foreach (var line in lines)
        {
            var baseline = (line.Input * 0.25m / 1_000_000m) + (line.Output * 2m / 1_000_000m);
            var cost = baseline / 2;
            object[] row =
            [
                line.Request, 1L, 0L, 0L, 1L, 1L, 1_790_000_000_000L, 1L, line.Input, 0L, 0L, 0L, line.Output, 0L, 0L,
                cost.ToString(CultureInfo.InvariantCulture), DBNull.Value, baseline.ToString(CultureInfo.InvariantCulture),
                (baseline - cost).ToString(CultureInfo.InvariantCulture), DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, 1L, line.Reference,
            ];
            for (var i = 0; i < row.Length; i++)
            {
                values[i].Value = row[i];
            }

            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private sealed record Line(long Request, long Input, long Output, string Reference);
}
