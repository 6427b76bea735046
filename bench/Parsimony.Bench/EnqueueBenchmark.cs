using System.Text.Json;
using Microsoft.Data.Sqlite;
using Parsimony.Engine;

namespace Parsimony.Bench;

/// <summary>Requests from the caller's hands to the written batch file, beside the least that any durable queue does.</summary>
internal static class EnqueueBenchmark
{
    private const int Count = 100_000;
    private const int Bytes = 1_024;
    private const int Chunk = 10_000;

    public static async Task RunAsync(int runs)
    {
        var requests = Requests.Make(Count, Bytes, seed: 2).ToArray();
        Console.WriteLine($"enqueue: {Count:N0} requests of {Bytes:N0} bytes, accepted in chunks of {Chunk:N0}, closed, read back and rendered into the batch file");
        var comparison = await new Comparison()
            .Add("product", () => ProductAsync(requests))
            .Add("product, protected", () => ProductAsync(requests, new PayloadProtection(ProtectionKey.Parse(new string('7', 64)))))
            .Add("durable floor", () => FloorAsync(requests))
            .Add("bare serialise to file", () => SerialiseAsync(requests))
            .RunAsync(runs);
        comparison.Print(Count);
    }

    private static async Task<TimeSpan> ProductAsync(IntakeRequest[] requests, PayloadProtection? protection = null)
    {
        await using var bench = await Workbench.OpenAsync(protection: protection);
        var accept = await Comparison.TimeAsync(() => bench.EnqueueAsync(requests, Chunk));
        var write = await Comparison.TimeAsync(() => WriteAsync(bench));
        Console.WriteLine($"    accept {accept.TotalSeconds:0.000} s, read and render {write.TotalSeconds:0.000} s");
        return accept + write;
    }

    private static async Task WriteAsync(Workbench bench)
    {
        foreach (var batch in await bench.Store.Batches.ListOpenAsync(null, 100))
        {
            var input = new BatchInput
            {
                SubmissionKey = batch.Key,
                Kind = batch.Kind,
                Count = batch.Count,
                SendLimit = TimeSpan.FromMinutes(10),
                Items = _ => ItemsAsync(bench.Store.Batches, batch),
            };
            if (await bench.Backend.StageAsync(input) is not StageOutcome.Staged)
            {
                throw new InvalidOperationException("The batch file was not written.");
            }
        }
    }

    private static async IAsyncEnumerable<BatchItem> ItemsAsync(IBatchStore batches, Batch batch)
    {
        await foreach (var item in batches.ReadItemsAsync(batch.Id))
        {
            yield return new BatchItem(CustomId.Write(batch.Key, item.Sequence, item.Attempt), item.Envelope);
        }
    }

    private static Task<TimeSpan> FloorAsync(IntakeRequest[] requests)
    {
        using var floor = new FloorDatabase("CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        var bodies = Array.ConvertAll(requests, request => request.Envelope.Bytes.ToArray());
        var accept = Comparison.Time(() => InsertBodies(floor.Connection, bodies));
        var write = Comparison.Time(() => CopyToFile(floor.Connection, floor.FilePath("bodies.jsonl")));
        Console.WriteLine($"    floor: insert {accept.TotalSeconds:0.000} s, read and write {write.TotalSeconds:0.000} s");
        return Task.FromResult(accept + write);
    }

    private static void InsertBodies(SqliteConnection connection, byte[][] bodies)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO bodies (id, body) VALUES (@id, @body)";
        var id = insert.Parameters.Add("@id", SqliteType.Integer);
        var body = insert.Parameters.Add("@body", SqliteType.Blob);
        insert.Prepare();
        for (var start = 0; start < bodies.Length; start += Chunk)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = start; i < start + Chunk; i++)
            {
                id.Value = (long)i;
                body.Value = bodies[i];
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    private static void CopyToFile(SqliteConnection connection, string path)
    {
        using var file = File.Create(path, 1 << 16);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT body FROM bodies ORDER BY id";
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            file.Write((byte[])reader.GetValue(0));
            file.WriteByte((byte)'\n');
        }
    }

    private static Task<TimeSpan> SerialiseAsync(IntakeRequest[] requests)
    {
        var lines = Array.ConvertAll(requests, request =>
        {
            var chat = ChatRequest.FromEnvelope(request.Envelope);
            return chat.Turns.Select(turn => new Message(turn.Role.ToString(), ((ChatPart.Text)turn.Parts[0]).Value)).ToArray();
        });
        var folder = Directory.CreateTempSubdirectory("parsimony-serialise-").FullName;
        try
        {
            return Task.FromResult(Comparison.Time(() =>
            {
                using var file = File.Create(Path.Combine(folder, "lines.jsonl"), 1 << 16);
                for (var i = 0; i < lines.Length; i++)
                {
                    JsonSerializer.Serialize(file, new Line($"request-{i}", "POST", "/v1/chat/completions", new Body(Requests.Model.Name, lines[i], 200)));
                    file.WriteByte((byte)'\n');
                }
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Line(string CustomId, string Method, string Url, Body Body);

    private sealed record Body(string Model, Message[] Messages, int MaxCompletionTokens);

    private sealed record Message(string Role, string Content);
}
