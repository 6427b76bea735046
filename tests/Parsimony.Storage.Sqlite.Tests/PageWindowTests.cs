using System.Text;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

public sealed class PageWindowTests
{
    private const int Count = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Items_of_many_pages_are_read_in_their_order_with_their_bodies(bool isInMemory)
    {
        await using var harness = new SqliteHarness(isInMemory);
        // A cache that holds no page: each is read again when the order turns back to it.
        await using var store = await harness.OpenSqliteAsync(new SqliteStoreOptions { PayloadCacheBytes = 0 });
        var batch = await FillAsync(store);

        var read = new List<(long Sequence, string Body)>();
        await foreach (var item in store.Batches.ReadItemsAsync(batch.Id, Token))
        {
            read.Add((item.Sequence, Encoding.UTF8.GetString(item.Envelope.Bytes.Span)));
        }

        var expected = Enumerable.Range(0, Count).OrderBy(PrefixOf).ThenBy(i => i).Select(i => (i + 1L, Text(i)));
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_leaves_nothing_behind()
    {
        await using var harness = new SqliteHarness();
        await using (var store = await harness.OpenSqliteAsync())
        {
            var batch = await FillAsync(store);
            await foreach (var item in store.Batches.ReadItemsAsync(batch.Id, Token))
            {
                Assert.Equal(1, item.Sequence);
                break;
            }
        }

        // Closed for good: the log was copied into the database and removed.
        Assert.False(File.Exists(harness.Path + "-wal"));
    }

    private static async Task<Batch> FillAsync(SqliteEngineStore store)
    {
        foreach (var chunk in Enumerable.Range(0, Count).Chunk(Count / 4))
        {
            NewRequest[] requests =
            [
                .. chunk.Select(i => Given.Request(Text(i)) with { Body = Encoding.UTF8.GetBytes(Text(i)), PrefixKey = PrefixOf(i) }),
            ];
            await store.Requests.EnqueueAsync(requests, Given.Now, Token);
        }

        await store.Batches.FlushAsync(null, Given.Now, Token);
        return Assert.Single(await store.Batches.ListOpenAsync(null, 10, Token));
    }

    private static ulong PrefixOf(int index) => (ulong)(index % 3);

    private static string Text(int index) => $"{{\"text\":\"{index} {string.Concat(Enumerable.Repeat($"word{index} ", 500))}\"}}";
}
